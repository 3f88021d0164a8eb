/** The way into one's course as a student would see it. The banner of the frame leads out of it. */
import { useState } from "react";
import { command } from "../client.ts";
import { Button } from "../ui/button.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";

export function PreviewCourse({ courseId }: { readonly courseId: string }) {
  const text = useText();
  const [isPending, setPending] = useState(false);
  async function begin() {
    setPending(true);
    try {
      await command("courses.previewAsStudent", { courseId });
      // A fresh page: nothing that was read as somebody who teaches stays in memory.
      location.reload();
    } catch (error) {
      toast(text("preview.failed", { reason: error instanceof Error ? error.message : "" }));
      setPending(false);
    }
  }
  return (
    <Button icon="people" isPending={isPending} onPress={() => void begin()}>
      {text("preview.begin")}
    </Button>
  );
}
