/**
 * Finds work that awaits something else than its transaction. A command or a read runs in microtasks alone, so
 * once the event loop has turned, whoever is still being watched has waited for a timer, a file or the network
 * and holds up everybody behind it.
 */

export class TurnWatch {
  readonly #afterTurn: (action: () => void) => void;
  readonly #watched = new Set<() => void>();
  #armed = false;

  /** `afterTurn` calls back once the event loop has turned; the simulator has a loop of its own. */
  constructor(afterTurn: (action: () => void) => void = setImmediate) {
    this.#afterTurn = afterTurn;
  }

  /** Calls `onTurn` if the event loop turns before the returned function is called. */
  watch(onTurn: () => void): () => void {
    this.#watched.add(onTurn);
    if (!this.#armed) {
      this.#armed = true;
      this.#afterTurn(this.#turned);
    }
    return () => {
      this.#watched.delete(onTurn);
    };
  }

  /** Lets everything else that is ready run first. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#afterTurn(resolve));
  }

  readonly #turned = (): void => {
    this.#armed = false;
    for (const onTurn of [...this.#watched]) onTurn();
    this.#watched.clear();
  };
}
