import { ConnectionLost, Problem, explainRefusal, type Decision, type LiveState } from "./api";
import { currentKey } from "./key";

type Message =
  | ({ type: "state" } & LiveState)
  | ({ type: "decision" } & Decision)
  | { type: "error"; code: string; detail: string };

/** Sound that waits to be sent beyond this is more than the connection carries. */
const mostBufferedBytes = 4_000_000;

/** A verification while somebody speaks: samples go out, states and at last the decision come in. */
export class LiveVerification {
  /** Rejects with a {@link Problem} or {@link ConnectionLost}. */
  readonly decision: Promise<Decision>;

  readonly #socket: WebSocket;
  #waiting: ArrayBuffer[] = [];
  #isEnded = false;

  /**
   * @param speaker Who is claimed.
   * @param rate Samples a second.
   * @param challenge The id of a challenge; null: none.
   * @param show Called with every state.
   */
  constructor(speaker: string, rate: number, challenge: string | null, show: (state: LiveState) => void) {
    const query = new URLSearchParams({ speaker, rate: String(rate) });
    if (challenge !== null) {
      query.set("challenge", challenge);
    }
    const path = `/v1/live?${query}`;
    const address = new URL(path, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const key = currentKey();
    this.#socket = new WebSocket(address, key === null ? ["speaker.v1"] : ["speaker.v1", `key.${key}`]);
    this.#socket.binaryType = "arraybuffer";
    this.decision = new Promise((resolve, reject) => {
      let isOpen = false;
      this.#socket.onopen = () => {
        isOpen = true;
        this.#waiting.forEach((block) => this.#socket.send(block));
        this.#waiting = [];
        if (this.#isEnded) {
          this.#sendEnd();
        }
      };
      this.#socket.onmessage = (event: MessageEvent<string>) => {
        const message = JSON.parse(event.data) as Message;
        switch (message.type) {
          case "state":
            show(message);
            break;
          case "decision":
            resolve(message);
            break;
          case "error":
            reject(new Problem(message.code, message.detail));
            break;
        }
      };
      this.#socket.onclose = () => {
        // After a decision or a problem this changes nothing.
        if (isOpen) {
          reject(new ConnectionLost());
        } else {
          void explainRefusal(path).then(reject);
        }
      };
    });
  }

  /** Sends samples, 16 bits each. */
  send(samples: ArrayBuffer): void {
    if (this.#isEnded) {
      return;
    }
    if (this.#socket.readyState === WebSocket.CONNECTING) {
      this.#waiting.push(samples);
    } else if (this.#socket.bufferedAmount > mostBufferedBytes) {
      this.#socket.close();
    } else if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(samples);
    }
  }

  /** Says that no more sound follows. */
  end(): void {
    this.#isEnded = true;
    this.#sendEnd();
  }

  #sendEnd(): void {
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send('{"type":"end"}');
    }
  }
}
