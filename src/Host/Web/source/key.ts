import { byId } from "./elements";

/** The API key that was typed in. It is kept for this tab and until it is closed, and sent to this service alone. */

const place = "speaker.key";
const dialog = byId("key-dialog", HTMLDialogElement);
const input = byId("key-input", HTMLInputElement);
const button = byId("key-button", HTMLButtonElement);

export function currentKey(): string | null {
  return sessionStorage.getItem(place);
}

/** The service asks for a key: opens the dialog by which one is given or taken back. */
export function askForKey(): void {
  button.hidden = false;
  if (!dialog.open) {
    input.value = currentKey() ?? "";
    dialog.showModal();
  }
}

/** @param changed Called when there is another key, or none any more. */
export function prepareKey(changed: () => void): void {
  const show = (): void => {
    // Where nobody asks for a key there is nothing to enter.
    button.hidden &&= currentKey() === null;
    button.textContent = currentKey() === null ? "Enter key" : "Key entered";
  };
  const keep = (key: string): void => {
    if (key === "") {
      sessionStorage.removeItem(place);
    } else {
      sessionStorage.setItem(place, key);
    }
    dialog.close();
    show();
    changed();
  };
  button.addEventListener("click", askForKey);
  byId("key-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    keep(input.value.trim());
  });
  byId("key-forget", HTMLButtonElement).addEventListener("click", () => keep(""));
  byId("key-cancel", HTMLButtonElement).addEventListener("click", () => dialog.close());
  show();
}
