/** What the commands of a batch are told: what they gave, or why they failed, as far as that can be known. */
import { present } from "#base/assert.ts";
import { RaftRefused } from "#raft/port.ts";
import { NotLeader, OutcomeUnknown, type Unavailable } from "../../errors.ts";
import type { Group } from "../replica/group.ts";
import type { CommandTask } from "./batch.ts";
import type { Step, Trouble } from "./trouble.ts";

export class Replies {
  readonly #trouble: Trouble;
  /** For the metrics page. */
  readonly counts = { batches: 0, commands: 0 };

  constructor(trouble: Trouble) {
    this.#trouble = trouble;
  }

  /** They are durable, at `position`. */
  committed(executed: readonly CommandTask[], position: number): void {
    this.counts.batches++;
    this.counts.commands += executed.length;
    for (const task of executed) {
      const outcome = present(task.outcome, "an executed command has an outcome");
      if (outcome.ok) task.resolve({ value: outcome.value, position });
      else task.reject(outcome.error);
    }
  }

  /**
   * They changed nothing, but what they saw at `position` is only true if nobody else led by then: if nothing later was
   * committed, or this node goes on to lead in the same term.
   */
  async unchanged(executed: readonly CommandTask[], position: number, group: Group): Promise<void> {
    const { term } = group.status;
    const index = await group.confirmedIndex();
    const leadsOn = group.status.role === "leader" && group.status.term === term;
    if (index !== null && (leadsOn || index <= position)) {
      this.committed(executed, position);
      return;
    }
    const error = new NotLeader(group.leadership.leaderId);
    for (const task of executed) task.reject(error);
  }

  /** They were undone at `step`. Gives those that are to be run again. */
  failed(executed: readonly CommandTask[], step: Step, error: unknown): readonly CommandTask[] {
    if (error instanceof RaftRefused) {
      // Nothing was done; they wait until leadership is handed over, or stays here.
      for (const task of executed) task.outcome = null;
      return executed;
    }
    const answer = this.#answerTo(step, error);
    for (const task of executed) task.reject(answer);
    return [];
  }

  #answerTo(step: Step, error: unknown): unknown {
    const trouble = this.#trouble;
    if (error instanceof NotLeader) return error;
    if (error instanceof OutcomeUnknown) {
      return trouble.reason === null ? error : outcomeUnknown(trouble.unavailable(error));
    }
    trouble.refuse(step, error);
    // Once the log has it, the entry counts and will be applied when the disk lets us.
    const unavailable = trouble.unavailable(error);
    return step === "commit" ? outcomeUnknown(unavailable) : unavailable;
  }
}

function outcomeUnknown({ message, retryAfterMs, cause }: Unavailable): OutcomeUnknown {
  return new OutcomeUnknown(message, { retryAfterMs, cause });
}
