/**
 * Connection: the life of the WebSocket. Opens it, notices silence, reconnects with back-off and jitter. Knows nothing
 * of frames.
 *
 * Socket, clock and chance come from outside, so that a test turns the clock instead of waiting.
 */

/** Silence after which the server counts as lost: it sends a heartbeat every second. */
export const SILENCE_MS = 5000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;
const CHECK_MS = 1000;

export interface Socket {
  binaryType: BinaryType;
  onopen: ((event: Event) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onmessage: ((event: MessageEvent<string | ArrayBuffer>) => void) | null;
  readonly readyState: number;
  send(text: string): void;
  close(): void;
}

/** https://websockets.spec.whatwg.org/#dom-websocket-readystate */
const OPEN = 1;

export interface Environment {
  open(address: string): Socket;
  /** Milliseconds, steady. */
  now(): number;
  /** Calls back once, later; call the returned function to cancel. */
  after(milliseconds: number, callback: () => void): () => void;
  /** 0 ≤ x < 1. */
  random(): number;
}

export type Link =
  | { readonly phase: "connecting" }
  | { readonly phase: "open" }
  /** `since` and `retryAt` by the environment’s clock. */
  | { readonly phase: "lost"; readonly since: number; readonly retryAt: number };

interface Listener {
  opened(): void;
  text(message: string): void;
  binary(message: ArrayBuffer): void;
  changed(link: Link): void;
}

export class Connection {
  #socket: Socket | null = null;
  #cancel: () => void = () => undefined;
  #heardAt = 0;
  #lostSince: number | null = null;
  #failures = 0;
  #isOpen = false;

  constructor(
    private readonly address: string,
    private readonly environment: Environment,
    private readonly listener: Listener,
  ) {}

  start(): void {
    this.listener.changed({ phase: "connecting" });
    this.#open();
  }

  /** Sends if open. A message to a connection that is closed, or closes, is dropped, since `opened` starts the conversation again. */
  send(text: string): void {
    if (this.#isOpen && this.#socket?.readyState === OPEN) this.#socket.send(text);
  }

  /** Tries at once instead of waiting (the machine woke up, the network came back, a person asked). */
  retryNow(): void {
    if (this.#socket !== null) return;
    this.#cancel();
    this.#open();
  }

  #open(): void {
    let socket: Socket;
    try {
      socket = this.environment.open(this.address);
    } catch {
      this.#lose(); // this browser refuses the address; the state "lost" shows it
      return;
    }
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#heardAt = this.environment.now();
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#heard(data);
    socket.onclose = () => this.#lose();
    this.#watch();
  }

  #opened(): void {
    this.#heardAt = this.environment.now();
    this.#isOpen = true;
    this.listener.opened();
  }

  #heard(data: string | ArrayBuffer): void {
    this.#heardAt = this.environment.now();
    if (this.#lostSince !== null || this.#failures > 0 || !this.#isAnnounced) this.#announceOpen();
    if (typeof data === "string") this.listener.text(data);
    else this.listener.binary(data);
  }

  #isAnnounced = false;

  /** Only a server that has spoken counts: a proxy may open a socket to nobody. */
  #announceOpen(): void {
    this.#isAnnounced = true;
    this.#lostSince = null;
    this.#failures = 0;
    this.listener.changed({ phase: "open" });
  }

  #watch(): void {
    this.#cancel = this.environment.after(CHECK_MS, () => {
      if (this.environment.now() - this.#heardAt > SILENCE_MS) this.#lose();
      else this.#watch();
    });
  }

  #lose(): void {
    this.#cancel();
    this.#discard();
    const now = this.environment.now();
    this.#lostSince ??= now;
    const wait =
      Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures) * (0.5 + 0.5 * this.environment.random());
    this.#failures += 1;
    this.#cancel = this.environment.after(wait, () => this.#open());
    this.listener.changed({ phase: "lost", since: this.#lostSince, retryAt: now + wait });
  }

  #discard(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#isOpen = false;
    this.#isAnnounced = false;
    if (socket === null) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }
}

/** In a browser: its WebSocket, monotonic clock and timers. */
export const browserEnvironment: Environment = {
  open: (address) => new WebSocket(address),
  now: () => performance.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
