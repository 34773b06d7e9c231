import type { Decision, Outcome } from "./api";

/** How things are said on the page. */

export const seconds = (value: number): string => `${value.toFixed(1)} s`;

export const distance = (value: number | null): string => (value === null ? "–" : value.toFixed(3));

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

export const sentence = (text: string): string => {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
};

export const outcomeWord: Record<Outcome, string> = {
  accept: "Accepted",
  reject: "Rejected",
  inconclusive: "Not decided",
};

export const outcomeSign: Record<Outcome, string> = { accept: "✓", reject: "✕", inconclusive: "?" };

export const headline = (decision: Decision): string => {
  switch (decision.decision) {
    case "accept":
      return `This is ${decision.speaker}`;
    case "reject":
      return `This is not ${decision.speaker}`;
    case "inconclusive":
      return "Not decided";
  }
};

/** What to read aloud while enrolling: everyday sentences with many sounds of English in them. */
export const prompts: readonly string[] = [
  "The morning train was late, so I walked along the river and counted nine bridges on my way to the office.",
  "Please water the plants on Tuesday, feed the two grey cats, and leave the spare key with the people next door.",
  "A good soup needs onions, a little garlic, fresh thyme, and somebody who is patient enough to stir it slowly.",
  "When the storm was over, six small boats left the harbour again, and the children waved from the wooden pier.",
  "I usually read for half an hour before I switch off the light, unless the book is too exciting to put down.",
  "Could you show me the shortest way to the museum, and tell me whether it is open on Thursday evening?",
];
