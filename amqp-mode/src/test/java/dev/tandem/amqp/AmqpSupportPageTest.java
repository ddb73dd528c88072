package dev.tandem.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.amqp.argument.ConsumerArguments;
import dev.tandem.amqp.method.Method;
import dev.tandem.amqp.method.MethodSupport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/amqp-support.md} says what the code does. */
class AmqpSupportPageTest {
    private static final Path PAGE = Path.of("..", "docs", "amqp-support.md");
    private static final Set<String> SENT_BY_THE_SERVER_ALONE = Set.of(
            "connection.start",
            "connection.secure",
            "connection.tune",
            "connection.blocked",
            "connection.unblocked",
            "basic.return",
            "basic.deliver",
            "basic.get-empty");
    /** Answers that a client sends too. */
    private static final Set<String> CLIENT_ANSWERS = Set.of(
            "connection.start-ok",
            "connection.secure-ok",
            "connection.tune-ok",
            "connection.close-ok",
            "channel.flow-ok",
            "channel.close-ok");

    @Test
    void namesEveryMethodThatAClientMaySend() {
        // given
        var sent = new TreeSet<String>();
        for (Class<?> methodClass : Method.class.getPermittedSubclasses()) {
            for (Class<?> method : methodClass.getPermittedSubclasses()) {
                String name = wireName(methodClass, method);
                boolean isAnswer = name.endsWith("-ok") && !CLIENT_ANSWERS.contains(name);
                if (!isAnswer && !SENT_BY_THE_SERVER_ALONE.contains(name)) {
                    sent.add(name);
                }
            }
        }

        // then
        var registered = new ArrayList<>(MethodSupport.BUILT);
        registered.addAll(MethodSupport.REFUSED);
        assertThat(registered).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void statesTheSupportOfEveryMethod() throws IOException {
        assertThat(rows("Methods a client sends", "built")).containsExactlyElementsOf(MethodSupport.BUILT);
        assertThat(rows("Methods a client sends", "refused")).containsExactlyElementsOf(MethodSupport.REFUSED);
    }

    @Test
    void statesEveryRefusedArgument() throws IOException {
        assertThat(rows("Arguments", "refused")).containsExactlyElementsOf(ConsumerArguments.REFUSED);
    }

    private static List<String> rows(String section, String state) throws IOException {
        String page = Files.readString(PAGE);
        String text = page.split(Pattern.quote("\n## " + section + "\n"))[1].split("\n## ")[0];
        return Arrays.stream(text.split("\n"))
                .filter(line -> line.startsWith("| "))
                .map(line -> line.substring(1).split("\\|"))
                .filter(cells ->
                        Arrays.stream(cells).anyMatch(cell -> cell.strip().equals(state)))
                .map(cells -> cells[0].strip())
                .toList();
    }

    private static String wireName(Class<?> methodClass, Class<?> method) {
        String className = methodClass.getSimpleName().replace("Method", "").toLowerCase(Locale.ROOT);
        String methodName =
                method.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
        return className + "." + methodName;
    }
}
