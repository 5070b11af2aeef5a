/** Alarm signal: calls a person who looks elsewhere, by the page's title and by a tone, each only if switched on. */

const BLINK_MS = 1000;
const TONE_SECONDS = 0.25;
const TONE_HERTZ = 880;

export class AlarmSignal {
  #timer = 0;
  #plain = "";
  #text: string | null = null;
  #audio: AudioContext | null = null;

  constructor(private readonly page: Window) {}

  /** Blinks with `text` in the title until called with `null`. */
  blink(text: string | null): void {
    if (text === this.#text) return;
    if (this.#text === null) this.#plain = this.page.document.title;
    this.#text = text;
    this.page.clearInterval(this.#timer);
    this.page.document.title = text === null ? this.#plain : `⚠ ${text}`;
    if (text !== null) this.#timer = this.page.setInterval(() => this.#turn(text), BLINK_MS);
  }

  #turn(text: string): void {
    const { document } = this.page;
    document.title = document.title === this.#plain ? `⚠ ${text}` : this.#plain;
  }

  /** Browsers allow sound only after a person has touched the page; until then it stays silent. */
  tone(): void {
    this.#audio ??= new AudioContext();
    const { currentTime, destination } = this.#audio;
    const oscillator = this.#audio.createOscillator();
    const gain = this.#audio.createGain();
    oscillator.frequency.value = TONE_HERTZ;
    gain.gain.setValueAtTime(0.2, currentTime);
    gain.gain.exponentialRampToValueAtTime(0.001, currentTime + TONE_SECONDS);
    oscillator.connect(gain).connect(destination);
    oscillator.start();
    oscillator.stop(currentTime + TONE_SECONDS);
  }
}
