/**
 * Answer the question: find what it asks for, list what of it is in sight, and frame the map to it where nobody chose
 * where to look.
 */

import { Latest } from "./api";
import type { Directory } from "./directory";
import type { Box } from "./map/geometry";
import type { ListPanel } from "./panels/list";
import type { Stage } from "./panels/stage";
import type { Question } from "./question";
import { isNarrowed, type State } from "./state";
import type { LonLat } from "./types";

export interface Asker {
  state: () => State;
  /** The map follows what was found: the address holds no view any more. */
  follows: () => void;
}

export class Answer {
  /** Where a reader is, for the nearest to come first; the address never tells of it. */
  here: LonLat | null = null;
  /** Whether the map is to be framed to the network that is drawn, rather than to what was found. */
  framesNetwork = false;
  private readonly looking = new Latest();
  private readonly framing = new Latest();
  private answered = false;
  private registered = 0;
  private seen = 0;

  constructor(
    private readonly directory: Directory,
    private readonly stage: Stage,
    private readonly list: ListPanel,
    private readonly asker: Asker,
  ) {}

  /** Find what the state asks for and show it; false where that failed, or a later question came between. */
  async find(): Promise<boolean> {
    this.answered = false;
    this.list.wait();
    const state = this.asker.state();
    try {
      const asked = this.directory.find(state.query, state, this.here);
      const [current] = await Promise.all([asked, this.directory.readNames()]);
      if (current) await this.showFound();
      return current;
    } catch (error) {
      this.list.fail(error, () => void this.find());
      return false;
    }
  }

  /** Find anew, and move the map where the answer would be missed otherwise. */
  async follow(before: Question): Promise<void> {
    this.framesNetwork = false;
    if (!(await this.find())) return;
    const { query, area } = this.asker.state();
    const { total } = this.directory.found;
    const missed = query ? this.seen < total : total > 0 && !this.seen;
    if (missed || area !== before.area) this.letViewFollow();
  }

  /** List what is in a box, or with null all there is. */
  async showList(box: Box | null = this.stage.box): Promise<void> {
    if (!this.answered) return;
    const { found } = this.directory;
    this.list.wait();
    try {
      const sight = await this.looking.run(() => found.sight(box, this.stage.zoom));
      if (!sight || found !== this.directory.found) return;
      this.seen = sight.count;
      const narrowed = isNarrowed(this.asker.state()) || this.here !== null;
      const others = narrowed ? 0 : Math.max(0, this.registered - found.total);
      this.list.show({ ...sight, total: found.total, narrowed, others });
    } catch (error) {
      this.list.fail(error, () => void this.find());
    }
  }

  /** Take how many organizations there are, those included that have no place. */
  count(registered: number): void {
    this.registered = registered;
    if (this.seen) void this.showList();
  }

  /** Bring what the question is about into sight: a network, its area, what it found, or the whole node. */
  frame(animate: boolean): void {
    const state = this.asker.state();
    if (state.view) return;
    this.framing.stop();
    if (this.framesNetwork && this.stage.frameNetwork(animate)) return;
    const wide = state.area || !this.directory.found.total || !isNarrowed(state);
    if (!(wide && this.stage.frameArea(state.area, animate))) void this.framePlaces(animate);
  }

  /** Bring all that was found into sight. */
  frameAll(): void {
    this.asker.state().view = null;
    void this.showList(null);
    void this.framePlaces(true);
  }

  private async showFound(): Promise<void> {
    const { area, view } = this.asker.state();
    this.answered = true;
    this.stage.showPlaces(this.directory.found, area);
    await this.showList();
    if (!view) this.frame(false);
  }

  private async framePlaces(animate: boolean): Promise<void> {
    const box = await this.framing.run(() => this.directory.found.extent()).catch(() => null);
    if (box) this.stage.frameBox(box, animate);
  }

  private letViewFollow(): void {
    this.asker.state().view = null;
    void this.showList(null);
    this.frame(true);
    this.asker.follows();
  }
}
