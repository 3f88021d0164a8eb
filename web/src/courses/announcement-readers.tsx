/** Who has read an announcement, student by student. */
import type { Announcement } from "../contract.ts";
import { usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { dateTimeText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";

export interface ReadersDialogProps {
  readonly announcement: Announcement;
  readonly onClose: () => void;
}

export function ReadersDialog({ announcement: { announcementId, title }, onClose }: ReadersDialogProps) {
  const text = useText();
  const list = usePages("courses.listAnnouncementReaders", { announcementId });
  return (
    <Dialog title={text("announcements.readers", { title })} isOpen onClose={onClose}>
      <Paged of={list}>
        {(readers) =>
          readers.length === 0 ? (
            <p className="soft">{text("announcements.noReaders")}</p>
          ) : (
            <ul className="list announcement-readers">
              {readers.map(({ person, readAt }) => (
                <li key={person.personId}>
                  <span className="grow">{person.name}</span>
                  <span className={readAt === null ? "soft" : "faint"}>
                    {readAt === null
                      ? text("announcements.notRead")
                      : text("announcements.readAt", { when: dateTimeText(readAt) })}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Paged>
      <div className="dialog-actions">
        <Button onPress={onClose} autoFocus>
          {text("announcements.close")}
        </Button>
      </div>
    </Dialog>
  );
}
