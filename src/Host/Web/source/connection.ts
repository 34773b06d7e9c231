import { ConnectionLost, checkService } from "./api";
import { byId } from "./elements";

/** Whether the service answers, looked at again and again; faster while it does not. */

const status = byId("connection", HTMLElement);
let isLost = false;
let timer = 0;
let back: () => void = () => undefined;

function show(): void {
  status.dataset["lost"] = String(isLost);
  const text = isLost ? "Connection lost" : "Connected";
  if (status.textContent !== text) {
    status.textContent = text;
  }
}

async function look(): Promise<void> {
  clearTimeout(timer);
  const wasLost = isLost;
  try {
    await checkService();
    isLost = false;
  } catch (error) {
    isLost = error instanceof ConnectionLost;
  }
  show();
  timer = window.setTimeout(() => void look(), isLost ? 1000 : 10_000);
  if (wasLost && !isLost) {
    back();
  }
}

/** Something was not answered. */
export function noteLost(): void {
  isLost = true;
  show();
  void look();
}

/** @param whenBack Called when the service answers again. */
export function watchConnection(whenBack: () => void): void {
  back = whenBack;
  void look();
}
