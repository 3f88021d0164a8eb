/** A student's groups: with whom, and choosing one where that is open. */
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { Badge, dateTimeText, EmptyState } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { useIsOpen } from "./if-open.tsx";
import type { GroupSet } from "./list-groups.tsx";

export function MyGroups({ sets }: { readonly sets: readonly GroupSet[] }) {
  const text = useText();
  if (sets.length === 0)
    return <EmptyState icon="people" title={text("groups.none")} hint={text("groups.noneForStudents")} />;
  return (
    <div className="stack-wide">
      {sets.map((set) => (
        <MySet key={set.groupSetId} set={set} />
      ))}
    </div>
  );
}

function MySet({ set }: { readonly set: GroupSet }) {
  const text = useText();
  const { groupSetId, myGroup, sizeMax } = set;
  const maySignUp = useIsOpen() && set.signUpOpen;
  const groups = usePages("courses.listGroups", { groupSetId });
  const signUp = useCommand("courses.signUpForGroup");
  const leave = useCommand("courses.leaveMyGroup");
  // What went wrong is kept by the commands and shown below.
  const choose = (groupId: string) => void signUp.run({ groupId }).catch(() => undefined);
  return (
    <section className="section stack" aria-labelledby={groupSetId}>
      <div className="row row-apart">
        <h2 id={groupSetId}>{set.name}</h2>
        {myGroup !== null && maySignUp && (
          <Button
            isPending={leave.isPending}
            onPress={() => void leave.run({ groupSetId }).catch(() => undefined)}
          >
            {text("groups.leave", { name: myGroup.name })}
          </Button>
        )}
      </div>
      <p className="soft">
        {myGroup === null ? text("groups.inNone") : text("groups.inOne", { name: myGroup.name })}{" "}
        {maySignUp
          ? set.signUpUntil === null
            ? text("groups.signUpOpen")
            : text("groups.signUpOpenUntil", { until: dateTimeText(set.signUpUntil) })
          : text("groups.signUpClosed")}
      </p>
      <ErrorNotice error={signUp.error ?? leave.error} />
      <Paged of={groups}>
        {(items) => (
          <ul className="list">
            {items.map(({ groupId, name, memberCount, isMine, members }) => {
              const isFull = sizeMax !== null && memberCount >= sizeMax;
              return (
                <li key={groupId} className="row row-apart">
                  <span className="person-lines">
                    <span className="item-title">{name}</span>
                    <span className="faint">
                      {isMine
                        ? members.map((member) => member.name).join(", ")
                        : sizeMax === null
                          ? text("groups.members", { count: memberCount })
                          : text("groups.membersOf", { count: memberCount, max: sizeMax })}
                    </span>
                  </span>
                  {isMine ? (
                    <Badge tone="good">{text("groups.yours")}</Badge>
                  ) : isFull ? (
                    <Badge>{text("groups.full")}</Badge>
                  ) : (
                    maySignUp && (
                      <Button isPending={signUp.isPending} onPress={() => choose(groupId)}>
                        {text(myGroup === null ? "groups.signUpFor" : "groups.changeTo", { name })}
                      </Button>
                    )
                  )}
                </li>
              );
            })}
          </ul>
        )}
      </Paged>
    </section>
  );
}
