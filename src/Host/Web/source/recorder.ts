/** Runs in the browser's audio thread: turns the microphone's samples into 16-bit blocks with their level. */

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, type: new () => AudioWorkletProcessor): void;

/** 43 ms at 48 kHz: often enough for a meter that follows the voice. */
const blockLength = 2048;

class Recorder extends AudioWorkletProcessor {
  #block = new Int16Array(blockLength);
  #filled = 0;
  #power = 0;

  process(inputs: Float32Array[][]): boolean {
    // No channel: the microphone has not begun.
    for (const sample of inputs[0]?.[0] ?? []) {
      this.#block[this.#filled++] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
      this.#power += sample * sample;
      if (this.#filled === blockLength) {
        this.#post();
      }
    }
    return true;
  }

  #post(): void {
    const level = 10 * Math.log10(Math.max(this.#power / blockLength, 1e-10));
    this.port.postMessage({ samples: this.#block.buffer, level }, [this.#block.buffer]);
    this.#block = new Int16Array(blockLength);
    this.#filled = 0;
    this.#power = 0;
  }
}

registerProcessor("recorder", Recorder);
