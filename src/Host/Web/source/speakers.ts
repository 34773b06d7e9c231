import { Problem, listSpeakers, readMap, readSimilarity, remove, type EnrolledSpeaker } from "./api";
import { byId, make } from "./elements";
import { explain } from "./failures";
import { showMap } from "./map";
import { showMatrix } from "./matrix";
import { plural, seconds } from "./words";

/** Who is enrolled: the list, the map and the matrix. */

const body = byId("speakers-rows", HTMLTableSectionElement);
const table = byId("speakers-table", HTMLElement);
const status = byId("speakers-status", HTMLElement);
const pictures = byId("pictures", HTMLElement);
const names = byId("known-speakers", HTMLDataListElement);
const dialog = byId("remove-dialog", HTMLDialogElement);
const dialogText = byId("remove-text", HTMLElement);

let asked = 0;
let toRemove = "";

function row(each: EnrolledSpeaker): HTMLTableRowElement {
  const button = make("button", { type: "button", class: "small danger", "aria-label": `Remove ${each.speaker}` }, "Remove");
  button.addEventListener("click", () => {
    toRemove = each.speaker;
    dialogText.textContent =
      `Remove ${each.speaker} with ${plural(each.utterances, "voiceprint")}? This cannot be undone.`;
    dialog.showModal();
  });
  return make("tr", {},
    make("th", { scope: "row" }, each.speaker),
    make("td", {}, make("progress", { max: "1", value: String(each.progress), "aria-label": `Enrolment of ${each.speaker}` }),
      ` ${Math.floor(each.progress * 100)}%`),
    make("td", { class: "number extra" }, String(each.utterances)),
    make("td", { class: "number extra" }, seconds(each.speechSeconds)),
    make("td", { class: "extra" },
      make("time", { datetime: each.enrolledAt }, new Date(each.enrolledAt).toLocaleDateString())),
    make("td", { class: "end" }, button));
}

/** Reads everything anew. Where the key may not list, the page says so and goes without. */
export async function refreshSpeakers(): Promise<void> {
  const turn = ++asked;
  try {
    const { speakers, next } = await listSpeakers();
    const hasPictures = speakers.length > 1;
    const [map, similarity] = hasPictures ? await Promise.all([readMap(), readSimilarity()]) : [null, null];
    if (turn !== asked) {
      return; // another one began meanwhile
    }
    names.replaceChildren(...speakers.map((each) => make("option", { value: each.speaker })));
    table.hidden = speakers.length === 0;
    pictures.hidden = !hasPictures;
    body.replaceChildren(...speakers.map(row));
    status.textContent = speakers.length === 0
      ? "Nobody is enrolled yet. Enrol the first voice under “Enrol”."
      : next === null
        ? `${plural(speakers.length, "speaker")} enrolled.`
        : `The first ${plural(speakers.length, "speaker")} by name; there are more.`;
    if (map !== null && similarity !== null) {
      showMap(byId("map", HTMLElement), map);
      showMatrix(byId("matrix", HTMLElement), similarity);
    }
  } catch (error) {
    table.hidden = pictures.hidden = true;
    status.textContent = error instanceof Problem && error.code === "scopeMissing"
      ? "Your key may not list speakers: that needs the scope admin. You can still verify by name."
      : explain(error);
  }
}

export function prepareSpeakers(): void {
  byId("remove-cancel", HTMLButtonElement).addEventListener("click", () => dialog.close());
  byId("remove-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close();
    void remove(toRemove).then(refreshSpeakers, (error: unknown) => {
      status.textContent = explain(error);
    });
  });
}
