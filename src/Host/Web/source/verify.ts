import { Problem, askForChallenge, verify, type Challenge, type Decision, type LiveState } from "./api";
import { ScoreChart } from "./chart";
import { prepareDrop } from "./drop";
import { byId } from "./elements";
import { explain, explainFiles } from "./failures";
import { LiveVerification } from "./live";
import { remember } from "./log";
import { Meter } from "./meter";
import { Microphone } from "./microphone";
import { showDecision, showFailure, showProgress } from "./outcome";
import { seconds } from "./words";

const form = byId("verify-form", HTMLFormElement);
const name = byId("verify-speaker", HTMLInputElement);
const button = byId("verify-start", HTMLButtonElement);
const outcome = byId("verify-outcome", HTMLElement);
const heard = byId("verify-heard", HTMLElement);
const digits = byId("verify-digits", HTMLElement);
const meter = new Meter(byId("verify-meter", HTMLElement));
const chart = new ScoreChart(byId("verify-chart", HTMLElement));

/** What the button stops; null while nothing is listened to. */
let session: Session | null = null;

/** From the button until the decision. A stop is kept until there is a connection that can be ended. */
class Session {
  #live: LiveVerification | null = null;
  #stopAsked = false;

  connect(live: LiveVerification): void {
    this.#live = live;
    if (this.#stopAsked) {
      live.end();
    }
  }

  stop(): void {
    this.#stopAsked = true;
    this.#live?.end();
  }
}

function show(state: LiveState): void {
  chart.add(state);
  meter.hear(state.speech);
  heard.textContent = `${seconds(state.seconds)} heard, ${seconds(state.speechSeconds)} of speech`;
}

/** One connection, from the first sample to the decision. */
async function listen(current: Session, speaker: string, challenge: Challenge | null): Promise<Decision> {
  let live: LiveVerification | null = null;
  const microphone = await Microphone.open(
    (block) => {
      meter.show(block.level);
      live?.send(block.samples);
    },
    () => current.stop(),
  );
  try {
    live = new LiveVerification(speaker, microphone.rate, challenge?.id ?? null, show);
    current.connect(live);
    return await live.decision;
  } finally {
    await microphone.close();
  }
}

/** As {@link listen}; where the service asks for a challenge, with one. */
async function listenWithChallenge(current: Session, speaker: string): Promise<Decision> {
  try {
    return await listen(current, speaker, null);
  } catch (error) {
    if (!(error instanceof Problem && error.code === "challengeMissing")) {
      throw error;
    }
    const challenge = await askForChallenge(speaker);
    digits.textContent = `Say these digits: ${[...challenge.digits].join(" ")}`;
    digits.hidden = false;
    return await listen(current, speaker, challenge);
  }
}

function begin(): void {
  chart.clear();
  heard.textContent = "";
  digits.hidden = true;
  button.textContent = "Stop and decide";
  button.dataset["active"] = "true";
  name.readOnly = true;
  meter.hear(false);
  showProgress(outcome, "Listening. Speak as you usually do; the decision comes as soon as there is enough speech.");
}

function finish(): void {
  session = null;
  button.disabled = false;
  button.textContent = "Start speaking";
  delete button.dataset["active"];
  name.readOnly = false;
  meter.rest();
}

async function start(): Promise<void> {
  const speaker = name.value.trim();
  begin();
  session = new Session();
  try {
    const decision = await listenWithChallenge(session, speaker);
    showDecision(outcome, decision);
    remember(decision, "microphone");
  } catch (error) {
    showFailure(outcome, explain(error));
  } finally {
    finish();
  }
}

async function verifyFiles(files: File[]): Promise<void> {
  if (session !== null || !form.reportValidity()) {
    return;
  }
  chart.clear();
  for (const file of files) {
    showProgress(outcome, `Listening to ${file.name}.`);
    try {
      const decision = await verify(name.value.trim(), file);
      showDecision(outcome, decision);
      remember(decision, file.name);
    } catch (error) {
      showFailure(outcome, `${file.name}: ${explainFiles([file.name], error)}`);
      return;
    }
  }
}

export function prepareVerify(): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (session === null) {
      void start();
    } else {
      button.disabled = true;
      session.stop();
    }
  });
  prepareDrop("verify", (files) => void verifyFiles(files));
}
