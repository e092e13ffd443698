// Symbols, drawn by us on a grid of 24; they say nothing to a screen reader, the words beside them do.
import type { JSX } from "preact";

const PATHS = {
  walk: "M13 4.6a1.9 1.9 0 1 0 0-.1M9.5 21l2-6-2.2-2.6.9-4.6L7 9.4V13M10.2 7.8c1-.6 2.1-.7 3 .2l1.5 2.6 3 1.2M11.6 15l2.6 2 1.3 4",
  bike: "M5.5 20a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM18.5 20a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM5.5 16.5 9 9h6l3.5 7.5M9 9l3.5 7.5H5.5M15 9l-1-3h-2.5",
  scooter: "M6 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM18 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM8 18h8L14 4h-3",
  train: "M7 3h10a2 2 0 0 1 2 2v9a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3V5a2 2 0 0 1 2-2ZM5 10h14M8.5 13.5h.01M15.5 13.5h.01M8 17l-2 4M16 17l2 4",
  monorail: "M4 3h16M12 3v3M7 6h10a2 2 0 0 1 2 2v8a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3V8a2 2 0 0 1 2-2ZM5 12h14M8.5 15.5h.01M15.5 15.5h.01",
  tram: "M9 3h6M12 3v3M7 6h10l1 3v8a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V9l1-3ZM6 12h12M9 15.5h.01M15 15.5h.01M8 18l-2 3M16 18l2 3",
  bus: "M6 4h12a2 2 0 0 1 2 2v11H4V6a2 2 0 0 1 2-2ZM4 11h16M7.5 14.3h.01M16.5 14.3h.01M7 17v3M17 17v3",
  shuttle: "M3 16V9a2 2 0 0 1 2-2h9l5 4 2 1v4h-2M3 16h2M9 16h6M7 18a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM17 18a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM9 7v5H3M14 7v5h6",
  taxi: "M10 4h4v3h-4zM6 7h12l2 5v6H4v-6l2-5ZM4 12h16M7.5 15h.01M16.5 15h.01M6 18v2M18 18v2",
  ferry: "M4 14l8-3 8 3-2 5H6l-2-5ZM12 11V5M7 12V7h10v5M3 21c2-1.4 4-1.4 6 0 2-1.4 4-1.4 6 0 2-1.4 4-1.4 6 0",
  plane: "M3 13l18-8-6 16-3-7-9-1Z",
  other: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM12 8v5M12 16h.01",
  swap: "M7 4v15M7 19l-3-3M7 19l3-3M17 20V5M17 5l-3 3M17 5l3 3",
  here: "M12 3v3M12 18v3M3 12h3M18 12h3M12 17a5 5 0 1 0 0-10 5 5 0 0 0 0 10ZM12 12.6a.6.6 0 1 0 0-1.2.6.6 0 0 0 0 1.2Z",
  pin: "M12 21s7-6.2 7-11.4A7 7 0 0 0 5 9.6C5 14.800 12 21 12 21ZM12 12.300a2.700 2.700 0 1 0 0-5.400 2.700 2.700 0 0 0 0 5.400Z",
  station: "M7 3h10a2 2 0 0 1 2 2v9a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3V5a2 2 0 0 1 2-2ZM5 10h14M8 17l-2 4M16 17l2 4",
  route: "M6 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM18 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM8 18h7a3.500 3.500 0 0 0 0-7H9a3.500 3.500 0 0 1 0-7h7",
  board: "M4 5h16v14H4zM4 10h16M9 10v9M13 14h4",
  live: "M12 13.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3ZM8 16a5.600 5.600 0 0 1 0-8M16 8a5.600 5.600 0 0 1 0 8M5 19a10 10 0 0 1 0-14M19 5a10 10 0 0 1 0 14",
  reach: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 16.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9ZM12 12h.01",
  study: "M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6M20 16V6",
  drones: "M6 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM18 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM6 7l4 4h4l4-4M9 11h6v4H9zM9 15l-2 4M15 15l2 4",
  wheelchair: "M10 4.500h.01M10 8v6h5l2.500 5M10 10.500h4.500M8 11.500a5 5 0 1 0 6.500 6.500",
  chevron: "M9 6l6 6-6 6",
  back: "M15 6l-6 6 6 6",
  close: "M6 6l12 12M18 6 6 18",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.500 2",
  share: "M12 15V4M12 4 8 8M12 4l4 4M5 13v6h14v-6",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2v2M12 20v2M4 4l1.500 1.500M18.500 18.500 20 20M2 12h2M20 12h2M4 20l1.500-1.500M18.500 5.500 20 4",
  moon: "M20 14.500A8 8 0 0 1 9.500 4a8 8 0 1 0 10.500 10.500Z",
  play: "M8 5l11 7-11 7V5Z",
  pause: "M8 5v14M16 5v14",
  alert: "M12 4 2.500 20h19L12 4ZM12 10v4M12 17h.01",
  crowd: "M8 11a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM16 11a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM3.500 18c0-3 2-4.500 4.500-4.500s4.500 1.500 4.500 4.500M13.500 13.900A5 5 0 0 1 16 13.500c2.500 0 4.500 1.500 4.500 4.500",
  check: "M5 12.500l4.500 4.500L19 7.500",
  lift: "M5 3h14v18H5zM9 10l3-3 3 3M9 14l3 3 3-3",
  stairs: "M4 20h4v-4h4v-4h4V8h4V4",
  turn_left: "M17 20v-8a3 3 0 0 0-3-3H6M6 9l4-4M6 9l4 4",
  turn_right: "M7 20v-8a3 3 0 0 1 3-3h8M18 9l-4-4M18 9l-4 4",
  straight: "M12 20V5M12 5 7 10M12 5l5 5",
  uturn: "M7 20v-9a5 5 0 0 1 10 0v4M17 15l-3.500-3.500M17 15l3.500-3.500",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
