package dev.tandem.amqp.testsupport;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.alarm.AlarmListener;
import dev.tandem.storage.alarm.Alarms;
import dev.tandem.storage.alarm.StorageAlarm.Kind;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/** An engine whose alarms a test raises; it then refuses commits as a real one does. */
public final class AlarmedStorage {
    private final StorageEngine real;
    private final Alarms alarms = new Alarms(InstantSource.system());
    private final StorageEngine engine;

    public AlarmedStorage(StorageEngine real) {
        this.real = real;
        this.engine = (StorageEngine) Proxy.newProxyInstance(
                AlarmedStorage.class.getClassLoader(), new Class<?>[] {StorageEngine.class}, this::invoke);
    }

    /** To be given to the server. */
    public StorageEngine engine() {
        return engine;
    }

    public void raise(Kind kind) {
        alarms.raise(kind, "raised by a test");
    }

    public void clear(Kind kind) {
        alarms.clear(kind, "cleared by a test");
    }

    private Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        switch (method.getName()) {
            case "alarm":
                return alarms.current();
            case "onAlarm":
                alarms.onAlarm((Executor) arguments[0], (AlarmListener) arguments[1]);
                return null;
            case "submit":
                submit((Commit) arguments[0]);
                return null;
            default:
                try {
                    return method.invoke(real, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
        }
    }

    private void submit(Commit commit) {
        var refusal = alarms.refusal(commit.changes().stream().anyMatch(change -> change.budgetBytes() > 0));
        if (refusal == null) {
            real.submit(commit);
        } else {
            commit.executor().execute(() -> commit.listener().onResult(CommitResult.refused(refusal)));
        }
    }
}
