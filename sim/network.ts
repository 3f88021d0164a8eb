/**
 * The network between the nodes, and between them and their clients: it loses, delays, doubles and reorders what is
 * sent, and links are cut, both ways or one.
 */
import type { Chance } from "./chance.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** How a network behaves; times in milliseconds, the rest as probabilities. */
export interface Weather {
  readonly loss: number;
  readonly duplicate: number;
  readonly delayMax: number;
  /** Once in a while something takes much longer. */
  readonly straggle: number;
  readonly straggleMax: number;
  /** Whether what was sent later on the same link may arrive earlier. */
  readonly reorders: boolean;
}

export const fairWeather: Weather = {
  loss: 0,
  duplicate: 0,
  delayMax: 2,
  straggle: 0,
  straggleMax: 0,
  reorders: false,
};

export class Network {
  weather: Weather;
  /** Sent, lost and doubled so far. */
  readonly counts = { sent: 0, lost: 0, doubled: 0 };
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #cut = new Set<string>();
  /** When the last thing on a link arrives, for networks that keep the order. */
  readonly #arrivals = new Map<string, number>();

  constructor(time: VirtualTime, chance: Chance, weather: Weather) {
    this.#time = time;
    this.#chance = chance;
    this.weather = weather;
  }

  /** Calls `deliver` once, twice or never. */
  send(from: string, to: string, deliver: () => void): void {
    this.counts.sent++;
    const link = `${from}>${to}`;
    if (this.#cut.has(link) || this.#chance.happens(this.weather.loss)) {
      this.counts.lost++;
      return;
    }
    this.#carry(link, deliver);
    if (this.#chance.happens(this.weather.duplicate)) {
      this.counts.doubled++;
      this.#carry(link, deliver);
    }
  }

  isCut(from: string, to: string): boolean {
    return this.#cut.has(`${from}>${to}`);
  }

  /** Nothing that `from` sends reaches `to` any more; what is on its way may still arrive. */
  cut(from: string, to: string): void {
    this.#cut.add(`${from}>${to}`);
  }

  heal(): void {
    this.#cut.clear();
  }

  #carry(link: string, deliver: () => void): void {
    const { delayMax, straggle, straggleMax, reorders } = this.weather;
    const max = this.#chance.happens(straggle) ? straggleMax : delayMax;
    let delay = max === 0 ? 0 : this.#chance.draw(max * 16) / 16;
    if (!reorders) {
      const arrival = Math.max(this.#arrivals.get(link) ?? 0, this.#time.now + delay);
      this.#arrivals.set(link, arrival);
      delay = arrival - this.#time.now;
    }
    this.#time.after(delay, deliver);
  }
}
