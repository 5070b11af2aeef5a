import { describe, expect, it } from "vitest";

import { Connection, type Environment, type Link, SILENCE_MS, type Socket } from "../../src/protocol/connection";

class FakeSocket implements Socket {
  readyState = 1;
  binaryType: BinaryType = "blob";
  onopen: ((event: Event) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  onmessage: ((event: MessageEvent<string | ArrayBuffer>) => void) | null = null;
  readonly sent: string[] = [];
  isClosed = false;

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.isClosed = true;
  }

  accept(): void {
    this.onopen?.({} as Event);
  }

  say(data: string | ArrayBuffer): void {
    this.onmessage?.({ data } as MessageEvent<string | ArrayBuffer>);
  }

  drop(): void {
    this.onclose?.({} as CloseEvent);
  }
}

/** An environment whose clock a test turns. */
class FakeEnvironment implements Environment {
  readonly sockets: FakeSocket[] = [];
  chance = 1;
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];

  open(): Socket {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.chance;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  turn(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }

  get last(): FakeSocket {
    return this.sockets[this.sockets.length - 1]!;
  }
}

function start() {
  const fake = new FakeEnvironment();
  const heard: (string | number)[] = [];
  const links: Link[] = [];
  const connection = new Connection("ws://host/ws", fake, {
    opened: () => heard.push("opened"),
    text: (message) => heard.push(message),
    binary: (message) => heard.push(message.byteLength),
    changed: (link) => links.push(link),
  });
  connection.start();
  return { fake, heard, links, connection };
}

describe("a connection", () => {
  it("hands on text and bytes, and is open once the server has spoken", () => {
    const { fake, heard, links } = start();
    fake.last.accept();
    const before = links.map(({ phase }) => phase);
    fake.last.say("hello");
    fake.last.say(new ArrayBuffer(8));
    expect([heard, before, links.map(({ phase }) => phase), fake.last.binaryType]).toEqual([
      ["opened", "hello", 8],
      ["connecting"],
      ["connecting", "open"],
      "arraybuffer",
    ]);
  });

  it("takes five seconds of silence for a lost server and closes", () => {
    const { fake, links } = start();
    fake.last.accept();
    fake.last.say("hello");
    fake.turn(SILENCE_MS);
    const [socket, before] = [fake.last, links.at(-1)!.phase];
    fake.turn(1100);
    expect([before, links.at(-1)!.phase, socket.isClosed]).toEqual(["open", "lost", true]);
  });

  it("stays while a heartbeat comes every second", () => {
    const { fake, links } = start();
    fake.last.accept();
    for (let second = 0; second < 60; second++) {
      fake.last.say("status");
      fake.turn(1000);
    }
    expect([links.at(-1)!.phase, fake.sockets.length]).toEqual(["open", 1]);
  });

  it("tries again at growing distances, up to eight seconds", () => {
    const { fake, links } = start();
    const waits: number[] = [];
    for (let round = 0; round < 7; round++) {
      fake.last.drop();
      const link = links.at(-1)!;
      const wait = link.phase === "lost" ? link.retryAt - fake.now() : NaN;
      waits.push(wait);
      fake.turn(wait);
    }
    expect([waits, fake.sockets.length]).toEqual([[500, 1000, 2000, 4000, 8000, 8000, 8000], 8]);
  });

  it("shortens the wait by chance, so that many pages do not come back at once", () => {
    const { fake, links } = start();
    fake.chance = 0;
    fake.last.drop();
    expect(links.at(-1)).toEqual({ phase: "lost", since: 0, retryAt: 250 });
  });

  it("says since when it is lost, through all its attempts", () => {
    const { fake, links } = start();
    fake.turn(100);
    fake.last.drop();
    fake.turn(500);
    fake.last.drop();
    expect(links.at(-1)).toMatchObject({ phase: "lost", since: 100 });
  });

  it("begins again with short waits after the server has spoken", () => {
    const { fake, links } = start();
    for (let round = 0; round < 4; round++) {
      fake.last.drop();
      fake.turn(8000);
    }
    fake.last.accept();
    fake.last.say("hello");
    fake.last.drop();
    expect(links.at(-1)).toMatchObject({ retryAt: fake.now() + 500 });
  });

  it("tries at once when asked, and only once", () => {
    const { fake, connection } = start();
    fake.last.drop();
    connection.retryNow();
    connection.retryNow();
    expect(fake.sockets.length).toEqual(2);
  });

  it("sends nothing while it is not open, and hears nothing of a socket it gave up", () => {
    const { fake, heard, connection } = start();
    const first = fake.last;
    connection.send("too early");
    first.drop();
    first.say("ghost");
    expect([first.sent, heard]).toEqual([[], []]);
  });

  it("sends nothing on a socket that the server is closing", () => {
    const { fake, connection } = start();
    fake.last.onopen?.({} as Event);
    fake.last.readyState = 2;
    connection.send("too late");
    expect(fake.last.sent).toEqual([]);
  });
});
