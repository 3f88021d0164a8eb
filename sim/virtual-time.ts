/** Time that passes only from one event to the next. Events of one moment run in the order in which they were planned. */

interface Planned {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
  cancelled: boolean;
}

export class VirtualTime {
  /** Milliseconds since the world began. */
  now = 0;
  /** Events that have run. */
  count = 0;
  #order = 0;
  /** A binary heap, the earliest first. */
  readonly #heap: Planned[] = [];

  after(delay: number, action: () => void): () => void {
    const planned: Planned = { at: this.now + delay, order: this.#order++, action, cancelled: false };
    this.#push(planned);
    return () => {
      planned.cancelled = true;
    };
  }

  /** When the next event is due; null when there is none. */
  get nextAt(): number | null {
    while (this.#heap[0]?.cancelled) this.#pop();
    return this.#heap[0]?.at ?? null;
  }

  /** Runs the next event, if one is due by `until`; otherwise lets the time pass and gives false. */
  step(until: number): boolean {
    const at = this.nextAt;
    if (at === null || at > until) {
      this.now = Math.max(this.now, until);
      return false;
    }
    const planned = this.#pop();
    this.now = at;
    this.count++;
    planned?.action();
    return true;
  }

  #push(planned: Planned): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push(planned);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent] as Planned;
      if (!isBefore(planned, above)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = planned;
  }

  #pop(): Planned | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Planned, heap[child] as Planned)) child++;
      if (!isBefore(heap[child] as Planned, last)) break;
      heap[place] = heap[child] as Planned;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}

function isBefore(a: Planned, b: Planned): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
