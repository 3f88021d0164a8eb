/** The texts about the data of a person: taking them along, erasing them. */
import personData from "../messages/en/person-data.json";
import { addMessages } from "../ui/text.ts";

addMessages(personData);
