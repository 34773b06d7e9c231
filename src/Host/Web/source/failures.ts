import { ConnectionLost, Problem } from "./api";
import { noteLost } from "./connection";
import { askForKey } from "./key";
import { MicrophoneUnusable } from "./microphone";
import { sentence } from "./words";

/** What went wrong, in words for who looks at the page; does what helps. */
export function explain(error: unknown): string {
  if (error instanceof ConnectionLost) {
    noteLost();
    return `${error.message} Start again when the page says that it is connected.`;
  }
  if (error instanceof Problem) {
    if (error.code === "keyMissing" || error.code === "keyInvalid") {
      askForKey();
      return error.code === "keyMissing"
        ? "This service needs a key: enter yours."
        : "The service does not know this key: enter another one.";
    }
    return sentence(error.message);
  }
  if (error instanceof MicrophoneUnusable) {
    return error.message;
  }
  return `The page failed: ${error instanceof Error ? error.message : String(error)}. Load it again.`;
}

/** As {@link explain}, of files: the name of one that the service names stands before the reason, unless it is the only one:
 * the page has said that already. */
export function explainFiles(names: readonly string[], error: unknown): string {
  const message = error instanceof Problem ? error.message : "";
  const culprit = names.find((name) => message.startsWith(`${name}: `));
  if (culprit === undefined) {
    return explain(error);
  }
  const why = sentence(message.slice(culprit.length + 2));
  return names.length === 1 ? why : `${culprit}: ${why}`;
}
