package dev.tandem.kafkaprograms;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs one of Kafka's tools several times in one process, each as its script would: starting a Java process for each is
 * what takes the time. Arguments: the tool's class, then those of each run, with {@code --then} between runs. Prints
 * {@code RUN} before the output of each.
 */
public final class ToolSession {
    private static final String THEN = "--then";

    private ToolSession() {}

    /** Runs the tool; the first run that fails ends the program with its exit code. */
    public static void main(String[] arguments) throws Exception {
        Exit.setExitProcedure((code, message) -> {
            throw new Ended(code);
        });
        var run = new ArrayList<String>();
        for (String argument : List.of(arguments).subList(1, arguments.length)) {
            if (argument.equals(THEN)) {
                run(arguments[0], run);
                run.clear();
            } else {
                run.add(argument);
            }
        }
        run(arguments[0], run);
    }

    private static void run(String tool, List<String> arguments) throws Exception {
        System.out.println("RUN " + arguments);
        try {
            Class.forName(tool).getMethod("main", String[].class).invoke(null, (Object)
                    arguments.toArray(String[]::new));
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof Ended ended)) {
                throw e;
            }
            if (ended.code != 0) {
                System.exit(ended.code);
            }
        }
    }

    /** The tool has asked for the end of its process. */
    private static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int code;

        Ended(int code) {
            super("exit code " + code);
            this.code = code;
        }
    }
}
