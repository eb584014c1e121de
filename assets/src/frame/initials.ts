// What stands for a name where there is little room.

const whole = new Intl.Segmenter();

/** The first letter of a text as its readers see it: an emoji is one, however it is made. */
function first(text: string): string {
  const [letter] = whole.segment(text);
  return letter?.segment ?? "";
}

/** The first letters of a name's first two words; two letters of a name that is one word. */
export function initials(name: string): string {
  const [start = "", next] = name.trim().split(/\s+/u);
  const letter = first(start);
  return (letter + first(next ?? start.slice(letter.length))).toUpperCase();
}
