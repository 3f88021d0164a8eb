/** The texts of the page of one person and of imports. */
import people from "../messages/en/people.json";
import { addMessages } from "../ui/text.ts";

addMessages(people);
