import { make } from "./elements";

const lowest = -60;

/** How loud it is, and whether somebody speaks. */
export class Meter {
  readonly #bar: HTMLElement;
  readonly #word: HTMLElement;
  readonly #root: HTMLElement;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#bar = make("span", { class: "meter-bar" });
    this.#word = make("span", { class: "speech" });
    root.append(
      make(
        "span",
        {
          class: "meter-track", role: "meter", "aria-label": "Level in dB of full scale",
          "aria-valuemin": String(lowest), "aria-valuemax": "0", "aria-valuenow": String(lowest),
        },
        this.#bar,
      ),
      this.#word,
    );
    this.rest();
  }

  show(level: number): void {
    const shown = Math.max(lowest, Math.min(0, level));
    this.#bar.style.inlineSize = `${((shown - lowest) / -lowest) * 100}%`;
    const track = this.#bar.parentElement!;
    track.setAttribute("aria-valuenow", shown.toFixed(0));
    track.dataset["loud"] = String(level > -3);
  }

  hear(isSpeech: boolean): void {
    this.#root.dataset["speech"] = String(isSpeech);
    this.#word.textContent = isSpeech ? "Speech" : "Listening";
  }

  rest(): void {
    this.show(lowest);
    this.#root.dataset["speech"] = "false";
    this.#word.textContent = "Microphone off";
  }
}

/**
 * Whether a block is loud enough beside the quietest of the last seconds to be speech. It only guides who records: the
 * service listens for itself.
 */
export class SpeechGate {
  #floor = -50;

  isSpeech(level: number): boolean {
    this.#floor = level < this.#floor ? level : this.#floor + 0.05 * Math.max(0, Math.min(1, level - this.#floor));
    return level > Math.max(this.#floor + 9, -55);
  }
}
