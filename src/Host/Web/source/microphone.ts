import { ConnectionLost } from "./api";

/** One piece of sound: mono, 16 bits, with its level in dB of full scale. */
export interface Block {
  samples: ArrayBuffer;
  level: number;
}

/** The microphone cannot be used; the message says what to do. */
export class MicrophoneUnusable extends Error {}

function explain(error: unknown): string {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return (
        "The browser did not let this page use the microphone. Open the page's permissions, by the icon at the left of " +
        "the address, allow the microphone, and start again. You can also use recordings from files."
      );
    case "NotFoundError":
    case "OverconstrainedError":
      return "No microphone was found. Connect one and start again, or use recordings from files.";
    case "NotReadableError":
    case "AbortError":
      return "The microphone cannot be read. Close other programs that use it, check that it is on, and start again.";
    default:
      return `The microphone cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The microphone, from its opening until it is closed. The browser's own changes of the sound are switched off. */
export class Microphone {
  private constructor(
    readonly rate: number,
    private readonly stream: MediaStream,
    private readonly context: AudioContext,
  ) {}

  /**
   * @param heard Called with every block.
   * @param ended Called when the device goes away.
   */
  static async open(heard: (block: Block) => void, ended: () => void): Promise<Microphone> {
    if (!window.isSecureContext || !("mediaDevices" in navigator)) {
      throw new MicrophoneUnusable(
        "Browsers give the microphone only to pages of this machine and to pages over https. Open this page as " +
          "http://localhost, or put a proxy with TLS in front of the service. You can also use recordings from files.",
      );
    }
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      });
    } catch (error) {
      throw new MicrophoneUnusable(explain(error));
    }
    const context = new AudioContext();
    try {
      await context.audioWorklet.addModule(new URL("recorder.js", import.meta.url)).catch(() => {
        throw new ConnectionLost();
      });
      const recorder = new AudioWorkletNode(context, "recorder", { numberOfOutputs: 0, channelCount: 1 });
      recorder.port.onmessage = (event: MessageEvent<Block>) => heard(event.data);
      context.createMediaStreamSource(stream).connect(recorder);
      stream.getAudioTracks()[0]?.addEventListener("ended", ended);
      await context.resume();
      return new Microphone(context.sampleRate, stream, context);
    } catch (error) {
      stream.getTracks().forEach((track) => track.stop());
      await context.close();
      throw error instanceof ConnectionLost ? error : new MicrophoneUnusable(explain(error));
    }
  }

  async close(): Promise<void> {
    this.stream.getTracks().forEach((track) => track.stop());
    if (this.context.state !== "closed") {
      await this.context.close();
    }
  }
}
