// Shapes of the server's answers about scenarios and runs.
export type Texts = Record<string, string>;

export interface Scenario {
  name: string;
  title: Texts;
  description: Texts;
  replications: number;
  seed: number;
}

export type State = "QUEUED" | "RUNNING" | "DONE" | "FAILED" | "CANCELLED";

export interface Kpi {
  metric: string;
  unit: string;
  label: Texts;
  mean: number | null;
  low: number | null;
  high: number | null;
  replications: number;
}

export interface Run {
  id: string;
  scenario: string | null;
  title: Texts;
  replications: number;
  seed: number;
  state: State;
  progress: { done: number; total: number };
  created: string;
  error: string | null;
  kpis?: Kpi[];
}

export interface Positions {
  replication: number;
  begin_s: number;
  end_s: number;
  line: [number, number][];
  stops: { name: string; lat: number; lon: number; times_s: number[]; waiting: number[] }[];
  vehicles: { vehicle: string; times_s: number[]; lat: number[]; lon: number[]; load: number[] }[];
}

export interface Difference {
  metric: string;
  unit: string;
  label: Texts;
  before: Kpi;
  after: Kpi;
  change: Kpi;
  isSignificant: boolean;
}

export interface Comparison {
  titles: Texts[];
  isPaired: boolean;
  differences: Difference[];
}

export function said(texts: Texts, language: string): string {
  return texts[language] ?? texts.en ?? Object.values(texts)[0] ?? "";
}
