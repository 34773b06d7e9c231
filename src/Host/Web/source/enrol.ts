import { enrol, type Enrolment } from "./api";
import { prepareDrop } from "./drop";
import { byId, make } from "./elements";
import { explain, explainFiles } from "./failures";
import { Meter, SpeechGate } from "./meter";
import { Microphone, type Block } from "./microphone";
import { toWave } from "./wave";
import { plural, prompts, seconds, sentence } from "./words";

/** A recording with less says too little of a voice to be worth sending. */
const leastSpeechSeconds = 3;

/** Nobody reads that long from one prompt: the microphone was forgotten. */
const mostSeconds = 30;

const form = byId("enrol-form", HTMLFormElement);
const name = byId("enrol-speaker", HTMLInputElement);
const consent = byId("enrol-consent", HTMLInputElement);
const button = byId("enrol-start", HTMLButtonElement);
const prompt = byId("enrol-prompt", HTMLElement);
const status = byId("enrol-status", HTMLElement);
const bar = byId("enrol-progress", HTMLProgressElement);
const percent = byId("enrol-percent", HTMLElement);
const list = byId("enrol-recordings", HTMLOListElement);
const meter = new Meter(byId("enrol-meter", HTMLElement));

let changed: () => void = () => undefined;
let next = 0;
let finish: (() => void) | null = null;
let isBusy = false;

function showPrompt(): void {
  prompt.textContent = prompts[next % prompts.length]!;
}

/** Nothing is read aloud again that is there already. */
function say(text: string): void {
  if (status.textContent !== text) {
    status.textContent = text;
  }
}

function showProgress(share: number): void {
  bar.value = share;
  percent.textContent = `${Math.floor(share * 100)}%`;
}

function note(isTaken: boolean, title: string, detail: string): void {
  list.append(make("li", { "data-taken": String(isTaken) },
    make("span", { class: "sign", "aria-hidden": "true" }, isTaken ? "✓" : "✕"),
    make("span", {}, make("strong", {}, `${title} ${isTaken ? "taken" : "refused"}`), ` ${detail}`)));
}

function showEnrolment(enrolment: Enrolment): void {
  showProgress(enrolment.progress);
  for (const file of enrolment.files) {
    const why = file.reason === "" ? "" : ` ${sentence(file.reason)}`;
    note(file.status !== "refused", file.file, `${seconds(file.speechSeconds)} of speech.${why}`);
  }
  const { recordings, speechSeconds } = enrolment.missing;
  status.textContent = enrolment.progress >= 1
    ? `The enrolment of ${name.value.trim()} is complete. You can verify now.`
    : `Still missing: ${[
      recordings > 0 ? plural(recordings, "recording") : "",
      speechSeconds > 0 ? `${seconds(speechSeconds)} of speech` : "",
    ].filter((part) => part !== "").join(" and ")}.`;
}

async function send(files: File[]): Promise<void> {
  status.textContent = `Sending ${files.length === 1 ? files[0]!.name : plural(files.length, "recording")}.`;
  try {
    showEnrolment(await enrol(name.value.trim(), files, consent.value.trim()));
    changed();
  } catch (error) {
    const why = explainFiles(files.map((file) => file.name), error);
    note(false, files.length === 1 ? files[0]!.name : plural(files.length, "recording"), why);
    status.textContent = why;
  }
}

/** Records until it is asked to stop. */
async function record(): Promise<File> {
  const blocks: ArrayBuffer[] = [];
  const gate = new SpeechGate();
  const count = { samples: 0, speech: 0 };
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let rate = 0;
  const hear = (block: Block): void => {
    const length = block.samples.byteLength / 2;
    const isSpeech = gate.isSpeech(block.level);
    blocks.push(block.samples);
    count.samples += length;
    count.speech += isSpeech ? length : 0;
    meter.show(block.level);
    meter.hear(isSpeech);
    if (rate > 0) {
      const speech = count.speech / rate;
      button.disabled = speech < leastSpeechSeconds;
      say(speech < leastSpeechSeconds
        ? `Recording: read the sentence aloud. ${plural(Math.floor(speech), "second")} of speech so far.`
        : "Recording: this is enough speech. Press “Done” at the end of the sentence.");
      if (count.samples / rate > mostSeconds) {
        stop();
      }
    }
  };
  const microphone = await Microphone.open(hear, stop);
  rate = microphone.rate;
  finish = stop;
  button.textContent = "Done";
  button.dataset["active"] = "true";
  button.disabled = true;
  try {
    await stopped;
  } finally {
    finish = null;
    await microphone.close();
    meter.rest();
    delete button.dataset["active"];
  }
  return toWave(`Recording ${next + 1}`, rate, blocks);
}

async function run(work: () => Promise<void>): Promise<void> {
  isBusy = true;
  name.readOnly = true;
  try {
    await work();
  } catch (error) {
    status.textContent = explain(error);
  } finally {
    isBusy = false;
    name.readOnly = false;
    button.disabled = false;
    button.textContent = "Record";
  }
}

/** @param enrolled Called when somebody's enrolment has changed. */
export function prepareEnrol(enrolled: () => void): void {
  changed = enrolled;
  showPrompt();
  name.addEventListener("input", () => {
    showProgress(0);
    list.replaceChildren();
    status.textContent = "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (finish !== null) {
      finish();
    } else if (!isBusy) {
      void run(async () => {
        const recording = await record();
        button.disabled = true;
        await send([recording]);
        next++;
        showPrompt();
      });
    }
  });
  prepareDrop("enrol", (files) => {
    if (!isBusy && files.length > 0 && form.reportValidity()) {
      void run(() => send(files));
    }
  });
}
