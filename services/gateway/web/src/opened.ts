/** Hold the organization whose details are open: read its record, show it, and mark it on the map. */

import { isGone, Latest, placeOf, readOrganization } from "./api";
import type { Directory } from "./directory";
import type { DetailPanel } from "./panels/detail";
import type { Stage } from "./panels/stage";
import type { Place } from "./types";

export interface OpenedHost {
  /** Another organization is open, or none. */
  named: () => void;
  /** There is no such organization, and no room to say so in the details. */
  gone: (id: string) => void;
}

export class Opened {
  /** What is known of it; null where none is open. */
  place: Place | null = null;
  private readonly reading = new Latest();

  constructor(
    private readonly directory: Directory,
    private readonly stage: Stage,
    private readonly detail: DetailPanel,
    private readonly host: OpenedHost,
  ) {}

  /** Show an organization with what is known of it, then with its whole record; an embedded page shows no details. */
  async show(id: string, embedded: boolean): Promise<void> {
    this.place = this.directory.place(id);
    this.detail.open(this.place?.name ?? "");
    this.stage.select(this.place);
    try {
      await this.read(id);
    } catch (error) {
      const retry = () => void this.show(id, embedded);
      if (!embedded) this.detail.fail(error, retry);
      else if (isGone(error)) this.host.gone(id);
      else this.stage.fail(retry);
    }
  }

  hide(): void {
    this.reading.stop();
    this.place = null;
    this.detail.close();
    this.stage.select(null);
    this.host.named();
  }

  private async read(id: string): Promise<void> {
    const asked = this.reading.run((signal) => readOrganization(id, signal));
    const [organization] = await Promise.all([asked, this.directory.readNames()]);
    if (!organization) return;
    this.place = placeOf(organization);
    this.detail.show(organization, this.place.point !== null);
    this.stage.select(this.place);
    this.host.named();
  }
}
