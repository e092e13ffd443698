// Colours of lines that can be read: WCAG 2.2 contrast.
const channel = (value: number): number => {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};

/** Relative luminance of "RRGGBB" (WCAG 2.2, definition of relative luminance). */
export function luminance(hex: string): number {
  const [r, g, b] = [0, 2, 4].map((at) => channel(Number.parseInt(hex.slice(at, at + 2), 16)));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

export function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

export function isHex(text: string | undefined): text is string {
  return !!text && /^[0-9a-fA-F]{6}$/.test(text);
}

/** Text colour on a line's colour: the feed's if it can be read (4.5), else black or white, whichever reads better. */
export function textOn(background: string, wanted?: string): string {
  if (isHex(wanted) && contrast(background, wanted) >= 4.5) return wanted;
  return contrast(background, "FFFFFF") >= contrast(background, "101820") ? "FFFFFF" : "101820";
}
