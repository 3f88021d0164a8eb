/** The texts of the pages about grades; each of those pages brings them along. */
import grades from "../messages/en/grades.json";
import "../progress/messages.ts";
import { addMessages } from "../ui/text.ts";

addMessages(grades);
