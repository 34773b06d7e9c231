import { byId } from "./elements";

/** A place that takes files by drag and drop, or by its button. */
export function prepareDrop(name: string, take: (files: File[]) => void): void {
  const area = byId(`${name}-drop`, HTMLElement);
  const input = byId(`${name}-files`, HTMLInputElement);
  input.addEventListener("change", () => {
    take([...(input.files ?? [])]);
    input.value = "";
  });
  const mark = (isOver: boolean): void => {
    area.dataset["over"] = String(isOver);
  };
  area.addEventListener("dragover", (event) => {
    event.preventDefault();
    mark(true);
  });
  area.addEventListener("dragleave", () => mark(false));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    take([...(event.dataTransfer?.files ?? [])]);
  });
}
