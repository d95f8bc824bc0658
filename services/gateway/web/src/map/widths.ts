/** Tell how wide names are on the screen, as `map.css` writes them: Arabic letters are narrower than Latin ones, and differ more. */

const LETTER_WIDTH = 8.2;
const SIZE = 0.85;
const LARGE_SIZE = 1.05;
/** Names of these levels are written larger. */
const LARGE = ["country", "governorate"];

const known = new Map<string, number>();
let pen: CanvasRenderingContext2D | null | undefined;

/** Return how many pixels wide the name of an area of a level is; guessed by its letters where nothing can be measured. */
export function widthOf(name: string, level: string): number {
  const size = LARGE.includes(level) ? LARGE_SIZE : SIZE;
  const key = `${size} ${name}`;
  const width = known.get(key) ?? measured(name, size) ?? (name.length * LETTER_WIDTH * size) / SIZE;
  known.set(key, width);
  return width;
}

function measured(name: string, size: number): number | undefined {
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return undefined;
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  pen.font = `600 ${size * rem}px ${getComputedStyle(document.body).fontFamily}`;
  return pen.measureText(name).width;
}
