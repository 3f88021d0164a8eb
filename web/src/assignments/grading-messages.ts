/** The texts of the pages for those who grade; each of those pages brings them along. */
import grading from "../messages/en/grading.json";
import { addMessages } from "../ui/text.ts";

addMessages(grading);
