/** Choose what the map is drawn on, and open it there. The programs for it come only then, and only one of the two. */

import type { Ground, GroundOptions } from "./ground";
import type { DirectoryMap, MapOptions } from "./map";

type Program = { openGround: (options: GroundOptions) => Promise<Ground> };

/** Load what the browser can use; rejects where that does not come. */
export async function loadMap(): Promise<(options: MapOptions) => Promise<DirectoryMap>> {
  const program = hasWebGl() ? import("./libre") : import("./leaflet");
  const [{ DirectoryMap }, ground] = await Promise.all([import("./map"), program]);
  return async (options) => new DirectoryMap(await openGround(ground, options), options);
}

/** Open the ground; where it cannot be drawn after all, the other one, which any browser draws. */
async function openGround(program: Program, options: GroundOptions): Promise<Ground> {
  try {
    return await program.openGround(options);
  } catch (error) {
    console.warn("the map is drawn more plainly", error);
    options.container.replaceChildren();
    return (await import("./leaflet")).openGround(options);
  }
}

/** Say whether the browser has what MapLibre draws with. */
function hasWebGl(): boolean {
  const drawing = document.createElement("canvas").getContext("webgl2");
  drawing?.getExtension("WEBGL_lose_context")?.loseContext();
  return drawing !== null;
}
