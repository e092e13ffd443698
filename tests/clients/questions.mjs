// Asks a server what apps ask, through the clients they use; prints one JSON object.
import {createClient} from '@motis-project/motis-fptf-client';
import {profile} from '@motis-project/motis-fptf-client/p/transitous/index.js';
import {stopInfo, trip, initial, rentals} from '@motis-project/motis-client';

const [baseUrl, station, when] = process.argv.slice(2);
const client = createClient({...profile, baseUrl}, 'kaiteki tests (test@example.org)', {enrichStations: false});
const home = {type: 'location', address: 'home', latitude: 35.6431, longitude: 140.0458};
const tokyo = {type: 'location', address: 'tokyo', latitude: 35.6813, longitude: 139.767};
const departure = new Date(when);
const raw = {baseUrl, throwOnError: true};

const byStop = await client.journeys(station, 'makuhari_JR-East.Tokyo', {departure, results: 3});
const later = await client.journeys(station, 'makuhari_JR-East.Tokyo', {
	laterThan: `LATER|${departure / 1000 + 3600}|${departure / 1000 + 7200}`,
});
const byPoint = await client.journeys(home, tokyo, {departure});
const departures = (await client.departures(station, {when: departure, duration: 60})).departures;
const arrivals = (await client.arrivals(station, {when: departure, duration: 60})).arrivals;
const reachable = (await client.reachableFrom(home, {when: departure, maxDuration: 30})).reachable;

console.log(JSON.stringify({
	byStop: byStop.journeys.map(j => [j.legs[0].origin.id, j.legs.at(-1).destination.id]),
	later: later.journeys.map(j => j.legs[0].departure),
	byPoint: byPoint.journeys.length,
	locations: (await client.locations('海浜幕張', {results: 3})).map(l => l.name),
	departures: departures.map(d => [d.tripId, d.when]),
	arrivals: arrivals.map(a => a.when),
	reachable: reachable.map(r => [r.duration, r.stations.length]),
	stop: (await client.stop(station)).name,
	routes: (await stopInfo({...raw, query: {stopId: station}})).data.routes.length,
	trip: (await trip({...raw, query: {tripId: departures[0].tripId}})).data.legs.length,
	zoom: (await initial(raw)).data.zoom,
	ports: (await rentals({...raw, query: {point: station, radius: 500}})).data.stations.length,
}));
