// Shapes of the server's answers that the page reads: MOTIS 2's names, times in UTC.
export interface Place {
  name: string;
  lat: number;
  lon: number;
  level?: number;
  stopId?: string;
  parentId?: string;
  arrival?: string;
  departure?: string;
  scheduledArrival?: string;
  scheduledDeparture?: string;
  track?: string;
  cancelled?: boolean;
  flexStartPickupDropOffWindow?: string;
  flexEndPickupDropOffWindow?: string;
}

export interface EncodedLine {
  points: string;
  precision: number;
}

export interface Step {
  relativeDirection: string;
  distance: number;
  fromLevel: number;
  toLevel: number;
  polyline: EncodedLine;
  streetName: string;
}

export interface Rental {
  systemName: string;
  formFactor: string;
  fromStationName?: string;
  toStationName?: string;
  rentalUriWeb?: string;
}

export interface Alert {
  headerText: string;
  descriptionText: string;
}

export interface Leg {
  mode: string;
  startTime: string;
  endTime: string;
  scheduledStartTime: string;
  scheduledEndTime: string;
  realTime: boolean;
  duration: number;
  from: Place;
  to: Place;
  legGeometry: EncodedLine;
  distance?: number;
  headsign?: string;
  routeColor?: string;
  routeTextColor?: string;
  routeType?: number;
  agencyName?: string;
  tripId?: string;
  displayName?: string;
  routeLongName?: string;
  cancelled?: boolean;
  intermediateStops?: Place[];
  steps?: Step[];
  rental?: Rental;
  fareTransferIndex?: number;
  interlineWithPreviousLeg?: boolean;
  alerts?: Alert[];
}

export interface FareProduct {
  name: string;
  amount: number;
  currency: string;
  riderCategory?: { riderCategoryName: string; isDefaultFareCategory: boolean };
  media?: { fareMediaName: string; fareMediaType: string };
}

/** What crowds are expected to make of a journey, in seconds; without an end one is left standing for the night. */
export interface Crowding {
  gateWait: number;
  stopWait: number;
  loads: (number | null)[];
  expectedEndTime?: string;
}

export interface Itinerary {
  id: string;
  duration: number;
  startTime: string;
  endTime: string;
  transfers: number;
  legs: Leg[];
  emissionsPerPerson: number;
  walkDistance: number;
  fareTransfers?: { effectiveFareLegProducts: FareProduct[][] }[];
  crowding?: Crowding;
}

export interface LeaveLater {
  minutes: number;
  itinerary: Itinerary;
  insteadOf: Itinerary;
}

export interface PlanAnswer {
  from: Place;
  to: Place;
  direct: Itinerary[];
  itineraries: Itinerary[];
  previousPageCursor: string;
  nextPageCursor: string;
  routingErrors: { code: string; inputField?: string }[];
  leaveLater?: LeaveLater;
}

export interface Match {
  type: "STOP" | "PLACE" | "ADDRESS";
  name: string;
  id: string;
  lat: number;
  lon: number;
  category: string;
}

export interface StopTime {
  place: Place;
  mode: string;
  realTime: boolean;
  headsign: string;
  tripTo: Place;
  tripFrom: Place;
  tripId: string;
  displayName: string;
  routeColor?: string;
  routeTextColor?: string;
  routeType: number;
  agencyName: string;
  cancelled: boolean;
  tripCancelled: boolean;
}

export interface Board {
  stopTimes: StopTime[];
  place: Place;
  previousPageCursor: string;
  nextPageCursor: string;
}

export interface TripSegment {
  trips: { tripId: string; routeShortName: string; displayName: string }[];
  mode: string;
  from: Place;
  to: Place;
  departure: string;
  arrival: string;
  scheduledDeparture: string;
  realTime: boolean;
  polyline: string;
  routeColor?: string;
}

/** A vehicle where its operator saw it, on no run of the timetable. */
export interface ReportedVehicle {
  id: string;
  name: string;
  mode: string;
  lat: number;
  lon: number;
  isStanding: boolean;
  timestamp?: string;
  stopName?: string;
  routeColor?: string;
}

export interface RentalPort {
  id: string;
  providerId: string;
  name: string;
  lat: number;
  lon: number;
  isRenting: boolean;
  numVehiclesAvailable: number;
  formFactors: string[];
  vehicleDocksAvailable: Record<string, number>;
}

export interface Rentals {
  providers: { id: string; name: string }[];
  stations: RentalPort[];
}
