"""`python -m simulation`: write data/demo and seeds/simulation/simulation_truth.csv afresh."""

from pathlib import Path

from simulation.files import write_demo, write_truth

ROOT = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    write_demo(ROOT / "data" / "demo")
    write_truth(ROOT / "seeds" / "simulation" / "simulation_truth.csv")
