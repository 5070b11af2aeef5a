/**
 * App: where the page's parts meet. Owns the connection, the session and the state. What a person does
 * to time and to charts is in `controllers/`; the rest is here. Draws nothing itself.
 */

import { computed, effect } from "@preact/signals";

import { keepAddress, linkTo, readAddress, showQuery } from "./controllers/addressBar";
import { Backfill } from "./controllers/backfill";
import { Charts } from "./controllers/charts";
import { BrowserStorage, ServerStorage } from "./controllers/dashboardStorage";
import { Dashboards } from "./controllers/dashboards";
import { watchKiosk } from "./controllers/kiosk";
import { Notices } from "./controllers/notices";
import { Overview } from "./controllers/overview";
import { Panels } from "./controllers/panels";
import { watchPrint } from "./controllers/paper";
import { Replays } from "./controllers/replays";
import { Sheets } from "./controllers/sheets";
import { Statistics } from "./controllers/statistics";
import { TagLines } from "./controllers/tagLines";
import { TagList } from "./controllers/tagList";
import { chooseTheme, resolveTheme, watchTheme } from "./controllers/theme";
import { Time } from "./controllers/time";
import { Tools } from "./controllers/tools";
import { type Uploaded, Uploads, watchFiles } from "./controllers/upload";
import { WayBack } from "./controllers/wayBack";
import { Session } from "./data/session";
import { Exporter } from "./export/exporter";
import { oneChart } from "./model/charts";
import { defaultTags } from "./model/defaultTags";
import { LEGACY_STYLE, LEGACY_TAGS } from "./model/legacyStyle";
import { notesFor } from "./model/notes";
import type { Moment } from "./model/timeView";
import type { Theme } from "./plot/palette";
import { browserEnvironment, Connection, type Link } from "./protocol/connection";
import type { Hello } from "./protocol/hello";
import { prefixOf, type RecordingInfo, type Replay } from "./protocol/replays";
import { type Ask, restAt } from "./protocol/rest";
import { createState, REFRESH_MS, type State, type ThemeChoice } from "./state";

/** As in `styles/phone.css`. */
const PHONE = "(max-width: 700px)";

export class App {
  readonly state: State = createState();
  readonly notices = new Notices(this.state);
  readonly sheets: Sheets;
  readonly charts = new Charts(this.state, (text) => this.notices.tell(text));
  readonly time = new Time(
    this.state,
    () => this.moment(),
    () => this.session.held.reach(this.state.drawn.peek()),
    () => this.#wayBack.begin(),
  );
  readonly exporter: Exporter;
  readonly dashboards: Dashboards;
  readonly tagList: TagList;
  readonly theme = computed<Theme>(() => resolveTheme(this.state));
  readonly session: Session;
  readonly replays: Replays;
  readonly uploads: Uploads;
  readonly tools: Tools;
  readonly tagLines: TagLines;
  readonly overview: Overview;
  readonly panels: Panels;
  readonly #ask: Ask;
  readonly #connection: Connection;
  readonly #backfill: Backfill;
  readonly #wayBack: WayBack;
  #hasTable = false;
  #writeAddress: () => void = () => undefined;

  constructor(private readonly page: Window) {
    this.sheets = new Sheets(page, this.state);
    this.#wayBack = new WayBack(page, {
      isCovered: () => this.sheets.areCovering,
      closeSheets: () => this.sheets.close(),
      undoZoom: () => this.time.undoZoom(),
      showAddress: () => showQuery(this.state, page.location.search),
      writeAddress: () => this.#writeAddress(),
    });
    const address = new URL("ws", page.document.baseURI);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    address.search = "";
    address.hash = "";
    this.replays = new Replays(page.document.baseURI, page.location.search);
    this.session = new Session(
      (text) => this.#connection.send(text),
      () => page.performance.now() / 1000,
      {
        data: (tags, isAnew) => this.#newPoints(tags, isAnew),
        history: (tag) => this.panels.markTag(tag),
        tags: () => this.#newTags(),
        table: () => this.#newTable(),
        status: (status) => (this.state.status.value = status),
        hello: (hello) => this.#greeted(hello),
        restarted: (newest) => (this.state.vanished.value = Math.min(newest, this.now())),
        event: ({ kind, fields }) => this.replays.event(kind, fields),
        verdicts: (frame) => this.tools.verdicts(frame),
        ledger: (frame) => this.tools.ledger(frame),
        problem: (text) => this.notices.tell(text),
      },
    );
    this.#ask = restAt(page.document.baseURI);
    this.uploads = new Uploads(this.#ask, (file, uploaded) => this.#showStored(file, uploaded));
    this.tools = new Tools(
      this.state,
      this.session,
      page,
      this.#ask,
      (text) => this.notices.tell(text),
      () => this.now(),
    );
    this.#backfill = new Backfill(page, this.state, this.session, () => this.time.range());
    this.tagLines = new TagLines(
      this.state,
      this.session,
      this.tools.alarms,
      this.theme,
      () => this.now(),
      (tag) => this.replays.hasEnded(tag),
      new Statistics(this.#ask, () => {
        for (const tag of this.state.drawn.peek()) this.panels.markTag(tag);
      }),
    );
    this.overview = new Overview(page, this.state, this.session, this.time, () => this.now());
    this.panels = new Panels(page, this.state, this.#ask, {
      charts: this.charts,
      time: this.time,
      tools: this.tools,
      tagLines: this.tagLines,
      overview: this.overview,
      now: () => this.now(),
    });
    this.exporter = new Exporter(page.document, {
      charts: () => this.state.charts.peek(),
      panel: (id) => this.panels.find(id),
      known: (tag) => this.tagLines.of(tag),
      captured: () => this.state.shown.peek(),
      notes: (tags, range) => notesFor(this.tools.notes.all.peek(), tags, range),
      range: () => this.time.range(),
      now: () => this.now(),
      clock: () => this.state.clock.peek(),
      cursors: () => this.state.cursors.peek(),
      link: () => linkTo(page, this.state),
      notify: (text) => this.notices.tell(text),
    });
    this.tagList = new TagList(
      page,
      this.state,
      this.session,
      this.#ask,
      (text) => this.notices.tell(text),
      () => this.now(),
    );
    this.dashboards = new Dashboards(
      this.state,
      { server: new ServerStorage(this.#ask), browser: new BrowserStorage(page) },
      (text) => this.notices.tell(text),
    );
    this.#connection = new Connection(address.href, browserEnvironment, {
      opened: () => this.session.opened(),
      text: (message) => this.session.text(message),
      binary: (message) => this.session.binary(message),
      changed: (link) => this.#linkChanged(link),
    });
  }

  start(): void {
    for (const problem of readAddress(this.page, this.state)) this.notices.tell(`Link: ${problem}`);
    this.#writeAddress = keepAddress(this.page, this.state);
    this.#wayBack.start();
    this.#watchTheme();
    this.tagLines.start();
    this.#followState();
    this.#watchPage();
    this.tools.start();
    this.tagList.start();
    this.overview.start();
    this.panels.start();
    watchKiosk(this.page, this.state, this.dashboards);
    void this.dashboards.start();
    this.#connection.start();
  }

  // What a person does

  setTheme(choice: ThemeChoice): void {
    chooseTheme(this.page, this.state, choice);
  }

  toggleTheme(): void {
    this.setTheme(this.theme.value === "dark" ? "light" : "dark");
  }

  toggleKiosk(): void {
    this.state.isKiosk.value = !this.state.isKiosk.value;
  }

  /** Draws what a replay plays, on a chart of its own unless charts show all of it already. */
  showReplay({ file, tags }: Replay): void {
    this.time.goLive();
    this.charts.showTags(file, tags);
  }

  /** Lays out the page for a link with `?replay=`: one chart, as the older replay program drew it. */
  showReplayLink(info: RecordingInfo): void {
    const { link } = this.replays;
    if (link === null) return;
    const columns = link.columns.length > 0 ? link.columns : info.playable.slice(0, LEGACY_TAGS);
    const tags = columns.map((column) => prefixOf(info.file, link.prefix) + column);
    this.charts.showOnly({ ...oneChart(tags)[0]!, title: link.title, legacyStyle: LEGACY_STYLE });
  }

  /** Shows what the server would make of a CSV file; a person then has it stored and drawn. */
  plotFile(file: File): void {
    const isKnown = this.state.hello.peek() !== null; // until then the server decides
    if (!isKnown || this.state.mayWrite.peek()) this.uploads.add(file);
    else this.notices.tell(`${file.name} was not sent: that needs an operator.`);
  }

  #showStored(file: File, { problem, tags, range }: Uploaded): void {
    if (problem !== "") this.notices.tell(problem);
    if (range === null) return;
    this.charts.showTags(file.name, tags);
    const margin = Math.max(1, 0.02 * (range.end - range.start));
    this.time.lookAt({ start: range.start - margin, end: range.end + margin });
  }

  /** As the browser's own button. */
  goBack(): void {
    if (this.state.zooms.value.length > 0) this.page.history.back();
  }

  retryNow(): void {
    this.#connection.retryNow();
  }

  // What parts of the page ask

  /** The server's clock, POSIX seconds. */
  now(): number {
    return this.session.now(Date.now() / 1000);
  }

  moment(): Moment {
    const drawn = this.state.drawn.peek();
    return { now: this.now(), held: this.session.held.extent(drawn), newest: this.session.held.newest(drawn) };
  }

  // What the server says

  #greeted(hello: Hello): void {
    if (this.state.hello.peek()?.epoch !== hello.epoch) {
      this.tools.forget();
      this.tagList.sparklines.forget();
    }
    this.state.hello.value = hello;
    void this.replays.refresh();
  }

  #newPoints(tags: ReadonlySet<string>, isAnew: boolean): void {
    if (isAnew) {
      this.#backfill.soon(); // a snapshot covers the window only
      this.overview.soon();
    }
    if (this.state.view.peek().mode === "paused") return; // the picture stands still; a zoom redraws it
    for (const tag of tags) this.panels.markTag(tag);
  }

  #newTags(): void {
    if (this.#hasTable) this.tagList.newTags(); // else it is listed with its first values, and not twice
    this.panels.markAll();
    if (this.#hasTable) this.#pick();
  }

  #newTable(): void {
    if (!this.#hasTable) this.tagList.newTags();
    this.#hasTable = true;
    this.tagList.newTable();
    this.#pick();
  }

  /** The page chooses tags until a person does: nobody meets an empty chart while there is data. */
  #pick(): void {
    const { isChosen, charts, drawn } = this.state;
    if (isChosen.peek() || this.state.dashboard.peek()?.query === null) return;
    const added = defaultTags(this.session.directory.entries(), drawn.peek());
    if (added.length > 0) charts.value = oneChart([...drawn.peek(), ...added]);
  }

  #linkChanged(link: Link): void {
    this.state.link.value = link;
    if (link.phase === "open") this.panels.markAll();
    if (link.phase === "lost" && this.state.hello.peek()?.user.hasLogin === true) void this.#askWhetherLoggedOut();
  }

  /** A browser does not tell a page why a WebSocket was refused. */
  async #askWhetherLoggedOut(): Promise<void> {
    const answer = await this.#ask("GET", "api/v1/status");
    this.state.isLoggedOut.value = !answer.isOk && answer.status === 401;
  }

  // What follows from the state

  #followState(): void {
    effect(() => {
      this.session.follow(this.state.followed.value, this.state.view.value.window);
      this.panels.markAll();
      this.#backfill.soon();
    });
    effect(() => {
      const { view } = this.state;
      this.page.document.body.dataset["mode"] = view.value.mode;
      this.panels.markAll();
      this.#backfill.soon();
    });
    effect(() => {
      const isLookedFor = this.state.dashboard.value?.query === null;
      if (!isLookedFor && this.#hasTable) this.#pick(); // there is no such dashboard
    });
    effect(() => {
      const { link, status } = this.state;
      this.page.document.body.dataset["link"] = link.value.phase;
      this.page.document.body.dataset["broker"] = status.value?.broker.state ?? "unknown";
    });
  }

  // The page around

  #watchTheme(): void {
    watchTheme(this.page, this.state);
    effect(() => {
      this.page.document.documentElement.dataset["theme"] = this.theme.value;
      this.panels.recolour();
    });
  }

  #watchPage(): void {
    const { document } = this.page;
    const phone = this.page.matchMedia(PHONE);
    this.state.isPhone.value = phone.matches;
    phone.addEventListener("change", () => (this.state.isPhone.value = phone.matches));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") return;
      this.panels.markAll();
      this.#connection.retryNow();
    });
    watchPrint(this.page, this.state, () => {
      this.panels.drawNow();
    });
    watchFiles(this.page, (file) => this.plotFile(file));
    this.page.addEventListener("online", () => this.#connection.retryNow());
    this.page.setInterval(() => {
      if (document.visibilityState === "hidden") return;
      this.tagList.refresh();
      this.state.refresh.value += 1;
    }, REFRESH_MS);
  }
}
