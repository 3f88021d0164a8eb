/** The texts of the calendar; its page brings them along. */
import calendar from "../messages/en/calendar.json";
import { addMessages } from "../ui/text.ts";

addMessages(calendar);
