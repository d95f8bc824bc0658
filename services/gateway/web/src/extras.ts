/** Conduct what can be done with all that is shown: compare areas, pass it on, download it. Each is loaded when used first. */

import type { Directory } from "./directory";
import { h, set } from "./dom";
import type { Language } from "./language";
import { locate, type Refusal } from "./near";
import { failure } from "./panels/notice";
import { toolbar } from "./panels/tools";
import { writeState, type State } from "./state";
import type { LonLat } from "./types";

export interface ExtrasHost {
  state: () => State;
  /** Take the two areas that are compared into the address; none for no longer. */
  compare: (ids: string[]) => void;
  /** Begin or end to list what is nearest. */
  near: () => void;
  print: () => void;
}

export class Extras {
  readonly element: HTMLElement;
  private readonly near: HTMLElement | null;
  private readonly told = h("div", { class: "near-told", role: "status" });
  private comparing = false;

  constructor(
    private readonly language: Language,
    private readonly directory: Directory,
    private readonly host: ExtrasHost,
  ) {
    const tools = toolbar(language, [
      { name: "near", icon: "near", run: host.near },
      { name: "compare", icon: "compare", run: () => this.open(() => this.compare([host.state().area, ""])) },
      { name: "share", icon: "share", run: () => this.open(() => this.share()) },
      { name: "downloads", icon: "download", run: () => this.open(() => this.download()) },
    ]);
    this.near = tools.querySelector("[data-tool=near]");
    this.element = h("div", { class: "extras" }, tools, this.told);
    this.showNear(false);
  }

  /** Ask where the browser is, and say plainly where it does not tell. */
  async locate(): Promise<LonLat | Refusal> {
    this.told.textContent = this.language.text("near.locating");
    const found = await locate();
    this.told.textContent = typeof found === "string" ? this.language.text(found) : "";
    return found;
  }

  /** Mark whether the nearest come first. */
  showNear(on: boolean): void {
    if (this.near) set(this.near, "aria-pressed", String(on));
    this.told.textContent = on ? this.language.text("near.first") : "";
  }

  /** Open or close the comparison that the state asks for. */
  show({ compare }: State): void {
    if (compare.length === 2 && !this.comparing) this.open(() => this.compare(compare));
    if (!compare.length && this.comparing) document.querySelector<HTMLDialogElement>("dialog.sheet-compare")?.close();
  }

  /** Open a part; where it could not be loaded say so, and let it be tried again here or by its button. */
  private open(part: () => Promise<void>): void {
    this.told.querySelector(".unloaded, .notice-error")?.remove();
    part().catch((error: unknown) => this.told.replaceChildren(failure(this.language, error, () => this.open(part))));
  }

  private async compare(ids: string[]): Promise<void> {
    const [{ openCompare }] = await Promise.all([import("./panels/compare"), this.directory.readNames()]);
    this.comparing = true;
    const closed = () => {
      this.comparing = false;
      this.host.compare([]);
    };
    openCompare(this.language, this.directory.subjects, ids, { chosen: this.host.compare, closed });
  }

  private async share(): Promise<void> {
    const { openShare } = await import("./panels/share");
    const state = this.host.state();
    const at = (shown: State) => new URL(writeState(shown, this.language.code), document.baseURI).href;
    openShare(this.language, at(state), at({ ...state, embed: true, compare: [], panel: "" }), this.host.print);
  }

  private async download(): Promise<void> {
    const { openDownloads } = await import("./panels/downloads");
    openDownloads(this.language, this.host.state(), this.directory);
  }
}
