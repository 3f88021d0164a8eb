/**
 * Whether a history of concurrent operations could have happened one after the other, each at one moment between its
 * call and its return (Herlihy and Wing). The search is Wing and Gong's with Lowe's memory of what was tried, as in
 * Porcupine: it depends on nothing, so that histories of the simulator and of real processes are judged by one judge.
 *
 * An operation whose outcome is unknown (`returned` is null) may have taken effect at any moment after its call, or
 * never. Two operations of which one returns at the very moment at which the other is called count as concurrent.
 */

export interface Operation<Input, Output> {
  /** Who asked, for the explanation. */
  readonly client: string;
  readonly input: Input;
  /** When it was called, on a clock that all operations of the history share. */
  readonly called: number;
  /** What came back and when, or null when nobody knows whether it took effect. */
  readonly returned: { readonly at: number; readonly output: Output } | null;
}

/** What the history should behave as. States are immutable values. */
export interface Model<State, Input, Output> {
  readonly initial: State;
  /** Operations of different keys never influence each other; each key is judged by itself. */
  keyOf(input: Input): string;
  /** The state after `input`, or null when it cannot have given `output`; `output` is null when it is unknown. */
  step(state: State, input: Input, output: Output | null): { readonly state: State } | null;
  /** Equal for equal states, different for different ones, never empty. */
  encode(state: State): string;
  /** Whether an operation that gave `output` changes nothing, whatever the state. */
  isObservation(input: Input, output: Output): boolean;
  /**
   * Makes the search fast. Gives a function that says whether any of `operations` (all of one key) can have seen
   * `state`, or anything that grew out of it, other than by finding that it is not what was looked for. States that
   * nobody can have seen must all allow the same operations.
   */
  seenIn(operations: readonly Operation<Input, Output>[]): (state: State) => boolean;
}

export interface Verdict {
  /** `undecided` when the search was given up after `stepsMax`. */
  readonly outcome: "linearizable" | "violated" | "undecided";
  /** The key whose operations fit no order, with how far the search came and where it stood; null when all fit. */
  readonly explanation: string | null;
  /** Steps of the search, over all keys. */
  readonly steps: number;
}

export interface CheckOptions {
  /** Gives up after so many steps for one key: the search can take exponential time on adverse histories. */
  readonly stepsMax?: number;
}

/** Judges each key of `history` by itself and names the first that fits no order. */
export function checkLinearizable<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
  options: CheckOptions = {},
): Verdict {
  const byKey = new Map<string, Operation<Input, Output>[]>();
  for (const operation of history) {
    const key = model.keyOf(operation.input);
    const sameKey = byKey.get(key);
    if (sameKey === undefined) byKey.set(key, [operation]);
    else sameKey.push(operation);
  }
  let steps = 0;
  let undecided: string | null = null;
  for (const [key, operations] of byKey) {
    const search = new Search(operations, model, options.stepsMax ?? 1_000_000);
    const outcome = search.run();
    steps += search.steps;
    if (outcome === "violated") {
      return { outcome, explanation: `key ${key}: ${search.explain()}`, steps };
    }
    if (outcome === "undecided") undecided = `key ${key}: given up after ${search.steps} steps`;
  }
  return { outcome: undecided === null ? "linearizable" : "undecided", explanation: undecided, steps };
}

/** A call or a return in the list of what has not been given its place yet, in order of time. */
interface Mark {
  /** Which operation, by its place in the order of calls. */
  readonly operation: number;
  readonly isCall: boolean;
  /** The return that belongs to a call; null for a return, and for a call without one. */
  readonly match: Mark | null;
  previous: Mark | null;
  next: Mark | null;
}

/** An operation that may come next, and what it would lead to. */
interface Choice<State> {
  readonly mark: Mark;
  readonly after: State;
  readonly encoded: string;
  /** Its outcome is unknown, and what it leads to nobody saw: only what it hinders can need it. */
  readonly isHollow: boolean;
}

/** Stands for every state that nobody can have seen. */
const unseen = "";

/** Where the search stands: what was chosen last, and what may follow. */
interface Situation<State> {
  /** Null before the first choice. */
  readonly chosen: Choice<State> | null;
  readonly before: State;
  readonly choices: readonly Choice<State>[];
  tried: number;
}

class Search<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #operations: readonly Operation<Input, Output>[];
  readonly #stepsMax: number;
  /** Stands before the first mark. */
  readonly #head: Mark = { operation: -1, isCall: false, match: null, previous: null, next: null };
  readonly #placed: Placed;
  readonly #seen = new Set<string>();
  readonly #stack: Situation<State>[] = [];
  readonly #maySee: (state: State) => boolean;
  #state: State;
  /** Operations with a known outcome that have no place yet. */
  #open: number;
  #best: { order: readonly number[]; state: State; stuckAt: number | null };
  steps = 0;

  constructor(
    operations: readonly Operation<Input, Output>[],
    model: Model<State, Input, Output>,
    stepsMax: number,
  ) {
    this.#model = model;
    this.#operations = [...operations].sort((a, b) => a.called - b.called);
    this.#stepsMax = stepsMax;
    this.#state = model.initial;
    this.#open = operations.filter((each) => each.returned !== null).length;
    this.#placed = new Placed(this.#operations.map((each) => each.returned !== null));
    this.#best = { order: [], state: model.initial, stuckAt: null };
    this.#maySee = model.seenIn(operations);
    link(this.#head, marksOf(this.#operations));
  }

  run(): Verdict["outcome"] {
    this.#push(null, this.#state);
    while (this.#open > 0) {
      const situation = this.#stack.at(-1);
      if (situation === undefined) return "violated";
      const choice = situation.choices[situation.tried++];
      if (choice === undefined) {
        this.#stack.pop();
        if (situation.chosen !== null) this.#takeBack(situation.chosen.mark, situation.before);
        continue;
      }
      if (++this.steps > this.#stepsMax) return "undecided";
      this.#tryPlace(choice);
    }
    return "linearizable";
  }

  #push(chosen: Choice<State> | null, before: State): void {
    const choices = this.#choices(chosen, before);
    this.#stack.push({ chosen, before, choices, tried: 0 });
    if (choices.length === 0) this.#remember();
  }

  /** What may come next: whatever was called before the first return that still waits for its operation's place. */
  #choices(chosen: Choice<State> | null, before: State): Choice<State>[] {
    const encodedNow = this.#encode(this.#state);
    const choices: { choice: Choice<State>; rank: number }[] = [];
    for (let mark = this.#head.next; mark?.isCall; mark = mark.next) {
      const { input, returned } = this.#operations[mark.operation] as Operation<Input, Output>;
      const next = this.#model.step(this.#state, input, returned?.output ?? null);
      if (next === null) continue;
      const encoded = this.#encode(next.state);
      // What changes nothing and fits here may as well stand here.
      if (returned !== null && this.#model.isObservation(input, returned.output)) {
        return [{ mark, after: next.state, encoded, isHollow: false }];
      }
      if (returned === null && encoded === encodedNow) continue;
      if (this.#isCoveredElsewhere(chosen, before, mark.operation, encoded)) continue;
      const isHollow = returned === null && encoded === unseen;
      const rank = (encoded === unseen ? 2 : 0) + (returned === null ? 1 : 0);
      choices.push({ choice: { mark, after: next.state, encoded, isHollow }, rank });
    }
    return choices.sort((a, b) => a.rank - b.rank).map(({ choice }) => choice);
  }

  /** Tells states apart as far as that matters for what is still to be placed. */
  #encode(state: State): string {
    return this.#maySee(state) ? this.#model.encode(state) : unseen;
  }

  /**
   * An operation whose outcome is unknown is best placed as late as possible, right before what needs it. When `place`
   * does not need the one chosen last, the orders without that one, or with it later, are tried anyway.
   */
  #isCoveredElsewhere(
    chosen: Choice<State> | null,
    before: State,
    place: number,
    encodedAfter: string,
  ): boolean {
    if (chosen === null) return false;
    const last = this.#operations[chosen.mark.operation] as Operation<Input, Output>;
    if (last.returned !== null) return false;
    const { input, returned } = this.#operations[place] as Operation<Input, Output>;
    if (chosen.isHollow && returned === null) return true;
    const without = this.#model.step(before, input, returned?.output ?? null);
    if (without === null) return false;
    if (chosen.isHollow || this.#encode(without.state) === encodedAfter) return true;
    if (returned === null && place > chosen.mark.operation) return false;
    const swapped = this.#model.step(without.state, last.input, null);
    return swapped !== null && this.#encode(swapped.state) === encodedAfter;
  }

  /** Lets the operation take effect now, unless the same was tried in another order. */
  #tryPlace(choice: Choice<State>): void {
    const { mark, after, encoded } = choice;
    this.#placed.add(mark.operation);
    const situation = `${this.#placed.encode()}|${encoded}`;
    if (this.#seen.has(situation)) {
      this.#placed.remove(mark.operation);
      return;
    }
    this.#seen.add(situation);
    if (this.#operations[mark.operation]?.returned !== null) this.#open--;
    unlink(mark);
    if (mark.match !== null) unlink(mark.match);
    const before = this.#state;
    this.#state = after;
    this.#push(choice, before);
  }

  #takeBack(mark: Mark, before: State): void {
    if (mark.match !== null) relink(mark.match);
    relink(mark);
    this.#placed.remove(mark.operation);
    this.#state = before;
    if (this.#operations[mark.operation]?.returned !== null) this.#open++;
  }

  #remember(): void {
    const order = this.#stack.flatMap(({ chosen }) => (chosen === null ? [] : [chosen.mark.operation]));
    if (order.length < this.#best.order.length) return;
    let mark = this.#head.next;
    while (mark?.isCall) mark = mark.next;
    this.#best = { order, state: this.#state, stuckAt: mark?.operation ?? null };
  }

  /** The longest order that was found, and what could not follow it. */
  explain(): string {
    const { order, state, stuckAt } = this.#best;
    const last = order.slice(-12).map((place) => `    ${this.#describe(place)}`);
    const cut = order.length > last.length ? [`    … ${order.length - last.length} before these`] : [];
    return [
      `no order fits its ${this.#operations.length} operations; the longest that does:`,
      ...cut,
      ...last,
      `  which leaves ${this.#model.encode(state)}, and then this fits nowhere:`,
      `    ${stuckAt === null ? "(nothing)" : this.#describe(stuckAt)}`,
    ].join("\n");
  }

  #describe(place: number): string {
    const { client, input, called, returned } = this.#operations[place] as Operation<Input, Output>;
    const end = returned === null ? "?" : String(returned.at);
    const output = returned === null ? "outcome unknown" : JSON.stringify(returned.output);
    return `[${called}, ${end}] ${client}: ${JSON.stringify(input)} -> ${output}`;
  }
}

/** Which operations have their place. Its encoding is short where most of the early ones have. */
class Placed {
  readonly #isKnown: readonly boolean[];
  readonly #bits: Uint8Array;
  readonly #unknown = new Set<number>();
  /** Every known operation before this one is placed. */
  #first = 0;
  /** No known operation from this one on is placed. */
  #end = 0;

  constructor(isKnown: readonly boolean[]) {
    this.#isKnown = isKnown;
    this.#bits = new Uint8Array(isKnown.length);
    this.#settle();
  }

  add(place: number): void {
    this.#bits[place] = 1;
    if (this.#isKnown[place]) {
      this.#end = Math.max(this.#end, place + 1);
      this.#settle();
    } else {
      this.#unknown.add(place);
    }
  }

  remove(place: number): void {
    this.#bits[place] = 0;
    if (this.#isKnown[place]) {
      this.#first = Math.min(this.#first, place);
      while (this.#end > 0 && !(this.#bits[this.#end - 1] && this.#isKnown[this.#end - 1])) this.#end--;
    } else {
      this.#unknown.delete(place);
    }
  }

  encode(): string {
    let window = "";
    for (let place = this.#first; place < this.#end; place++) {
      if (this.#isKnown[place]) window += this.#bits[place] === 1 ? "1" : "0";
    }
    const unknown = this.#unknown.size === 0 ? "" : [...this.#unknown].sort((a, b) => a - b).join(",");
    return `${this.#first}:${window}:${unknown}`;
  }

  #settle(): void {
    while (
      this.#first < this.#bits.length &&
      (!this.#isKnown[this.#first] || this.#bits[this.#first] === 1)
    ) {
      this.#first++;
    }
  }
}

/** Calls and returns in order of time; at one moment calls come first, so that they count as concurrent. */
function marksOf(operations: readonly Operation<unknown, unknown>[]): Mark[] {
  const timed: { at: number; mark: Mark }[] = [];
  for (const [place, { called, returned }] of operations.entries()) {
    const end: Mark | null =
      returned === null ? null : { operation: place, isCall: false, match: null, previous: null, next: null };
    timed.push({
      at: called,
      mark: { operation: place, isCall: true, match: end, previous: null, next: null },
    });
    if (returned !== null && end !== null) timed.push({ at: returned.at, mark: end });
  }
  timed.sort((a, b) => a.at - b.at || Number(b.mark.isCall) - Number(a.mark.isCall));
  return timed.map(({ mark }) => mark);
}

function link(head: Mark, marks: readonly Mark[]): void {
  let last = head;
  for (const mark of marks) {
    last.next = mark;
    mark.previous = last;
    last = mark;
  }
}

/** Takes a mark out of the list; it keeps its neighbours, so that `relink` can put it back (Knuth's dancing links). */
function unlink(mark: Mark): void {
  if (mark.previous !== null) mark.previous.next = mark.next;
  if (mark.next !== null) mark.next.previous = mark.previous;
}

function relink(mark: Mark): void {
  if (mark.previous !== null) mark.previous.next = mark;
  if (mark.next !== null) mark.next.previous = mark;
}
