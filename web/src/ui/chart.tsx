// Line charts as plain SVG, with a table's worth of words for who cannot see them.
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";

export interface Series {
  name: string;
  color: string;
  points: readonly (readonly [number, number])[];
  dashed?: boolean;
  /** Drawn as steps that hold until the next point. */
  stepped?: boolean;
}

interface Properties {
  title: string;
  series: readonly Series[];
  x: (value: number) => string;
  y: (value: number) => string;
  /** A point in x that is marked, such as the replay's clock. */
  cursor?: number | undefined;
  /** Distance of the marks below; a round one of ten without. */
  step?: number;
  height?: number;
}

/** Widest drawing, and what a phone leaves for it beside its margins: letters keep their size. */
const [WIDTH, MARGINS] = [520, 62];
const LEFT = 46;
const BOTTOM = 24;
const TOP = 10;
const HEADROOM = 1.06;

/** Round values that cover a range, four or so. */
export function ticks(low: number, high: number, count = 4): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? rough;
  const first = Math.ceil(low / step - 1e-9) * step;
  return Array.from({ length: Math.floor((high - first) / step + 1e-9) + 1 }, (_, at) => Number((first + at * step).toPrecision(12)));
}

function every(step: number, low: number, high: number): number[] {
  const first = Math.ceil(low / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((high - first) / step) + 1) }, (_, at) => first + at * step);
}

export function Chart({ title, series, x, y, cursor, step, height = 170 }: Properties): JSX.Element | null {
  const id = useId();
  const [wide] = useState(() => Math.min(WIDTH, window.innerWidth - MARGINS));
  const all = series.flatMap((one) => one.points);
  if (!all.length) return null;
  const [xs, ys] = [all.map((p) => p[0]), all.map((p) => p[1])];
  const [west, east] = [Math.min(...xs), Math.max(...xs)];
  const [bottom, top] = [Math.min(0, ...ys), Math.max(...ys, 1e-9) * HEADROOM];
  const across = (value: number): number => LEFT + ((value - west) / (east - west || 1)) * (wide - LEFT - 10);
  const up = (value: number): number => height - BOTTOM - ((value - bottom) / (top - bottom || 1)) * (height - BOTTOM - TOP);
  return (
    <figure class="chart">
      <figcaption id={id}>{title}{series.length > 1 ? series.map((one) => <span key={one.name} class="key"><svg width="18" height="8" aria-hidden="true"><line x1="0" x2="18" y1="4" y2="4" stroke={one.color} stroke-width="3" stroke-dasharray={one.dashed ? "4 3" : undefined} /></svg>{one.name}</span>) : null}</figcaption>
      <svg viewBox={`0 0 ${wide} ${height}`} role="img" aria-labelledby={id}>
        {ticks(bottom, top).map((value) => (
          <g key={value}><line class="grid" x1={LEFT} x2={wide - 10} y1={up(value)} y2={up(value)} /><text x={LEFT - 6} y={up(value) + 4} text-anchor="end">{y(value)}</text></g>
        ))}
        {(step ? every(wide < WIDTH ? step * 2 : step, west, east) : ticks(west, east, wide < WIDTH ? 4 : 5)).map((value) => <text key={value} x={across(value)} y={height - 6} text-anchor="middle">{x(value)}</text>)}
        {series.map((one) => <path key={one.name} d={path(one, across, up)} fill="none" stroke={one.color} stroke-width="2.2" stroke-linejoin="round" stroke-dasharray={one.dashed ? "6 4" : undefined} />)}
        {cursor !== undefined && cursor >= west && cursor <= east ? <line class="cursor" x1={across(cursor)} x2={across(cursor)} y1={TOP} y2={height - BOTTOM} /> : null}
      </svg>
    </figure>
  );
}

function path({ points, stepped }: Series, across: (v: number) => number, up: (v: number) => number): string {
  return points
    .map(([px, py], at) => {
      const here = `${across(px).toFixed(1)} ${up(py).toFixed(1)}`;
      if (at === 0) return `M${here}`;
      return stepped ? `H${across(px).toFixed(1)}V${up(py).toFixed(1)}` : `L${here}`;
    })
    .join("");
}
