// Shapes of the server's answers about days of a drone fleet; times are seconds after midnight.
import type { Feature, Geometry } from "geojson";
import type { MissionFile } from "../drones/shapes";
import type { Kpi, State, Texts } from "../study/shapes";

export interface FleetDay extends MissionFile {
  fleet: string[];
  parcels: number;
}

export interface Flight {
  parcel: string;
  priority: "MEDICINE" | "URGENT" | "ORDINARY";
  massKg: number;
  departureS: number;
  arrivalS: number;
  landingS: number;
  swapS: number;
  chargeS: number;
  chargedS: number;
  lateS: number;
  energyWh: number;
}

export interface Aircraft {
  id: string;
  type: string;
  pad: string;
  isCourier: boolean;
  flights: Flight[];
}

export interface Refusal {
  parcel: string;
  reason: string;
  sentence: Texts;
}

export interface Schedule {
  opensS: number;
  closesS: number;
  geojson: { features: Feature<Geometry, Record<string, unknown>>[] };
  aircraft: Aircraft[];
  refused: Refusal[];
  gap: number;
  kpis: Kpi[];
  files: string[];
}

export interface Scheduled {
  id: string;
  fleetDay: string;
  title: Texts;
  seconds: number;
  days: number;
  without: string[];
  created: string;
  state: State;
  progress: { done: number; total: number };
  error: string | null;
  result: Schedule | null;
}

/** Parcels left by the reason, the most frequent first. */
export function byReason(refused: readonly Refusal[]): { sentence: Texts; parcels: string[] }[] {
  const found = new Map<string, { sentence: Texts; parcels: string[] }>();
  for (const one of refused) {
    const kind = found.get(one.reason) ?? { sentence: one.sentence, parcels: [] };
    kind.parcels.push(one.parcel);
    found.set(one.reason, kind);
  }
  return [...found.values()].sort((a, b) => b.parcels.length - a.parcels.length);
}
