/** Choosing a group of the course, to see only its members. Nothing where the course has no groups. */
import { useQueries } from "@tanstack/react-query";
import { read } from "../client.ts";
import { useRead } from "../data.ts";
import { Select } from "../ui/choices.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";

export const everyGroup = "all";

export function GroupFilter({
  courseId,
  value,
  onChange,
}: {
  readonly courseId: string;
  readonly value: string;
  readonly onChange: (groupId: string) => void;
}) {
  const text = useText();
  const sets = useRead("courses.listGroupSets", { courseId });
  const known = sets.data?.items ?? [];
  const groups = useQueries({
    queries: known.map(({ groupSetId }) => ({
      queryKey: ["courses.listGroups", { groupSetId, limit: 100 }],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        read("courses.listGroups", { groupSetId, limit: 100 }, signal),
    })),
  });
  const options = known.flatMap((set, at) =>
    (groups[at]?.data?.items ?? []).map((group) => ({
      value: group.groupId,
      label: `${set.name}: ${group.name}`,
    })),
  );
  if (options.length === 0) return null;
  return (
    <Select
      label={text("progress.group")}
      options={[{ value: everyGroup, label: text("progress.allGroups") }, ...options]}
      value={value}
      onChange={onChange}
    />
  );
}
