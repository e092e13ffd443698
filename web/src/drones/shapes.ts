// Shapes of the server's answers about drone missions.
import type { Feature, Geometry } from "geojson";
import type { State, Texts } from "../study/shapes";

export interface MissionFile {
  name: string;
  title: Texts;
  facts: Texts;
}

export interface ProfilePoint {
  alongM: number;
  afterS: number;
  altitudeAmslM: number;
  energyLeftShare: number;
}

export interface Flight {
  aircraft: string;
  payloadKg: number;
  departure: string;
  arrival: string;
  lengthM: number;
  energyWh: number;
  energyOnBoardWh: number;
  reserveWh: number;
  profile: ProfilePoint[];
  files: string[];
}

export interface Rule {
  id: string;
  rule: Texts;
  verdict: "OK" | "NEEDS" | "PROHIBITED";
  sentence: Texts;
  places: Texts[];
  remedy: Texts | null;
}

export interface Refusal {
  code: string;
  rule: Texts;
  sentence: Texts;
  where: Texts;
  remedy: Texts | null;
  missingKm: number | null;
  missingMin: number | null;
}

export interface Mission {
  id: string;
  mission: string;
  title: Texts;
  state: State;
  created: string;
  error: string | null;
  result: { geojson: { features: Feature<Geometry, Record<string, unknown>>[] }; rules: Rule[]; flight: Flight | null; refusal: Refusal | null } | null;
}

export interface Airspace {
  features: Feature<Geometry, Record<string, unknown>>[];
  aircraft: { id: string; name: string; payloadMaxKg: number; cruiseMs: number }[];
}
