/** A slice: what the product does in one area, listed in one table of contents. */
import type { Migration } from "#engines/store/port.ts";
import type { CourseLife } from "./course-life.ts";
import type { Follower } from "./follower.ts";
import type { Job } from "./job.ts";
import type { NodeSchedule } from "./node-schedule.ts";
import type { Operation } from "./operation.ts";
import type { PersonLife } from "./person-life.ts";
import type { SliceSchedule } from "./slice-schedule.ts";
import type { ThingKind } from "./things.ts";

/** What the schema says of a table: which columns hold personal data, so that export and erasure are complete. */
export interface TableFacts {
  readonly personal: readonly string[];
}

export interface Slice {
  /** The folder under `src/slices`, and the first part of the names of its operations. */
  readonly name: string;
  /** The name of its gRPC service in the package `lyceum.v1`: `CoursesService`. */
  readonly grpcService: string;
  /** One sentence for the reference. */
  readonly summary: string;
  readonly operations: readonly Operation[];
  readonly migrations: readonly Migration[];
  /** Every table that the migrations make, by name. */
  readonly tables: Readonly<Record<string, TableFacts>>;
  readonly followers?: readonly Follower[];
  readonly jobs?: readonly Job[];
  readonly schedules?: readonly SliceSchedule[];
  readonly nodeSchedules?: readonly NodeSchedule[];
  /** What of it belongs to courses: how that is copied, deleted and counted with them. */
  readonly course?: CourseLife;
  /** What of it belongs to people: how that is exported and erased. Without tables: `holdsNobody`. */
  readonly person: PersonLife;
  /** How its things are called, and what may be done with them. */
  readonly things?: readonly ThingKind[];
}
