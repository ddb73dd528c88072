package dev.tandem.it.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may use whom: storage knows neither protocol, the modes do not know each other, the console sees read models. */
@AnalyzeClasses(packages = "dev.tandem", importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleEdgesTest {
    private static final String STORAGE = "dev.tandem.storage..";
    private static final String ROCKSDB = "dev.tandem.storage.rocksdb..";
    private static final String NET = "dev.tandem.net..";
    private static final String KAFKA = "dev.tandem.kafka..";
    private static final String AMQP = "dev.tandem.amqp..";
    private static final String CONSOLE = "dev.tandem.console..";
    private static final String LAB = "dev.tandem.console.lab..";
    private static final String APP = "dev.tandem.app..";
    private static final String TANDEM = "dev.tandem..";
    private static final String KAFKA_LIBRARY = "org.apache.kafka..";
    private static final String AMQP_LIBRARY = "com.rabbitmq..";
    private static final String VERTX = "io.vertx..";

    @ArchTest
    static final ArchRule storageUsesNothingOfTandem = classes()
            .that()
            .resideInAPackage(STORAGE)
            .should()
            .onlyDependOnClassesThat(not(resideInAPackage(TANDEM)).or(resideInAPackage(STORAGE)));

    @ArchTest
    static final ArchRule storageSpeaksNeitherProtocol = noClasses()
            .that()
            .resideInAPackage(STORAGE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(KAFKA_LIBRARY, AMQP_LIBRARY, VERTX);

    @ArchTest
    static final ArchRule onlyOnePackageImportsRocksDb = noClasses()
            .that()
            .resideOutsideOfPackage(ROCKSDB)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.rocksdb..");

    @ArchTest
    static final ArchRule onlyStorageReachesItsRocksDbPackage = classes()
            .that()
            .resideInAPackage(ROCKSDB)
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAPackage(STORAGE);

    @ArchTest
    static final ArchRule netKnowsNobody = classes()
            .that()
            .resideInAPackage(NET)
            .should()
            .onlyDependOnClassesThat(not(resideInAPackage(TANDEM)).or(resideInAPackage(NET)));

    @ArchTest
    static final ArchRule kafkaModeUsesStorageAndNet = classes()
            .that()
            .resideInAPackage(KAFKA)
            .should()
            .onlyDependOnClassesThat(
                    not(resideInAnyPackage(TANDEM, AMQP_LIBRARY)).or(resideInAnyPackage(KAFKA, STORAGE, NET)));

    @ArchTest
    static final ArchRule amqpModeUsesStorageAndNet = classes()
            .that()
            .resideInAPackage(AMQP)
            .should()
            .onlyDependOnClassesThat(not(resideInAnyPackage(TANDEM, KAFKA_LIBRARY, AMQP_LIBRARY))
                    .or(resideInAnyPackage(AMQP, STORAGE, NET)));

    @ArchTest
    static final ArchRule consoleSeesReadModelsAndTheFacade = classes()
            .that()
            .resideInAPackage(CONSOLE)
            .should()
            .onlyDependOnClassesThat(not(resideInAPackage(TANDEM))
                    .or(resideInAnyPackage(
                            CONSOLE,
                            NET,
                            "dev.tandem.kafka.admin",
                            "dev.tandem.amqp.admin",
                            "dev.tandem.storage",
                            "dev.tandem.storage.alarm")));

    @ArchTest
    static final ArchRule onlyTheLabOfTheConsoleUsesClients = noClasses()
            .that()
            .resideInAPackage(CONSOLE)
            .and()
            .resideOutsideOfPackage(LAB)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(KAFKA_LIBRARY, AMQP_LIBRARY);

    @ArchTest
    static final ArchRule nobodyUsesTheApplication = noClasses()
            .that()
            .resideInAnyPackage(STORAGE, NET, KAFKA, AMQP, CONSOLE)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(APP);
}
