import { watchConnection } from "./connection";
import { byId } from "./elements";
import { prepareEnrol } from "./enrol";
import { prepareKey } from "./key";
import { prepareLog } from "./log";
import { prepareSpeakers, refreshSpeakers } from "./speakers";
import { prepareVerify } from "./verify";

const parts = ["verify", "enrol", "voices", "log"];

/** Shows the part that the address names. */
function route(moveFocus: boolean): void {
  const named = location.hash.slice(1);
  const current = parts.includes(named) ? named : "verify";
  for (const part of parts) {
    byId(`part-${part}`, HTMLElement).hidden = part !== current;
    const link = byId(`nav-${part}`, HTMLAnchorElement);
    if (part === current) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  const title = byId(`${current}-title`, HTMLElement);
  document.title = `${title.textContent} – Speaker`;
  if (moveFocus) {
    title.focus();
  }
}

const refresh = (): void => void refreshSpeakers();

prepareKey(refresh);
prepareVerify();
prepareEnrol(refresh);
prepareSpeakers();
prepareLog();
watchConnection(refresh);
window.addEventListener("hashchange", () => route(true));
// A file that misses its place must not replace the page.
for (const kind of ["dragover", "drop"]) {
  window.addEventListener(kind, (event) => event.preventDefault());
}
route(false);
refresh();
